/// Decides where a coordinator listens.
struct ListenerResolution {
  let original: OriginalCoordinatorFile?
  /// What a listener speaks that says nothing, on loopback. Elsewhere it is Muster's own protocol alone: the original one
  /// asks nobody who he is, so that it takes a word of the operator.
  let defaultProtocols: Set<WireProtocol>

  func decide(_ resolver: inout Resolver) -> [Listener] {
    let key = Schema.listen
    var entries: Located<[ListenerEntry]>?
    if let text = resolver.input.flags[key.name] {
      entries = parsed(text, .flag(key.flag), resolver)
    } else if let text = resolver.input.variable(key.environment) {
      entries = parsed(text, .environment(key.environment), resolver)
    } else {
      entries = resolver.file?.listeners
    }
    let port = original == nil ? Ports.muster : Ports.besideOriginal
    let chosen = entries ?? Located([ListenerEntry(address: NetworkAddress(host: "127.0.0.1", port: port))], .builtIn)
    var listeners = chosen.value.map { entry in
      let assumed = entry.address.isLoopback && original == nil ? defaultProtocols : [.muster]
      return Listener(address: entry.address, protocols: entry.protocols ?? assumed)
    }
    for listener in listeners {
      resolver.show(key.name, listener.description, chosen.source)
      warn(listener, chosen.source, resolver.problems)
    }
    if let original {
      let listener = Listener(address: original.address.value, protocols: [.original])
      resolver.show(key.name, listener.description, original.address.source)
      warn(listener, original.address.source, resolver.problems)
      listeners.append(listener)
    }
    report(listeners, original?.address.source ?? chosen.source, resolver.problems)
    return listeners
  }

  private func parsed(_ text: String, _ source: SettingSource, _ resolver: Resolver) -> Located<[ListenerEntry]>? {
    do {
      return Located(try ListenerEntry.parseList(text), source)
    } catch {
      resolver.problems.add(source, Schema.listen.name, error.text)
      return nil
    }
  }

  private func warn(_ listener: Listener, _ source: SettingSource, _ problems: ProblemList) {
    let address = listener.address
    if listener.protocols.contains(.original) && (original != nil || !address.isLoopback) {
      problems.warn(
        source, "listen",
        "the original protocol on \(address) is not encrypted and lets anyone who reaches it take tasks and send results"
      )
    } else if !address.isLoopback {
      problems.warn(
        source, "listen", "\(address) is not encrypted, and anyone who reaches it may submit, take and cancel tasks")
    }
  }

  /// Two listeners on one port would fail at the start with less to say.
  private func report(_ listeners: [Listener], _ source: SettingSource, _ problems: ProblemList) {
    for (index, one) in listeners.enumerated() where one.address.port > 0 {
      for other in listeners[..<index] where clash(one.address, other.address) {
        problems.add(
          source, "listen", "\(one.address) and \(other.address) are the same port; give one of them another")
      }
    }
  }

  private func clash(_ a: NetworkAddress, _ b: NetworkAddress) -> Bool {
    a.port == b.port && (a.host == b.host || a.isWildcard || b.isWildcard)
  }
}
