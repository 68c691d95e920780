/// Decides where a coordinator listens.
struct ListenerResolution {
  let original: OriginalCoordinatorFile?
  /// What a listener speaks that says nothing, on loopback. Elsewhere it is Muster's own protocol alone: the original one
  /// asks nobody who he is, so that it takes a word of the operator.
  let defaultProtocols: Set<WireProtocol>
  /// Whether the coordinator has a certificate.
  let hasTrust: Bool
  /// Where it was said that TLS is not wanted; nil: nowhere.
  let insecure: SettingSource?

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
      return Listener(
        address: address(entry, chosen.source, resolver.problems), protocols: entry.protocols ?? assumed,
        tls: entry.tls ?? assumedTLS(entry.address), allow: entry.allow, originalKinds: entry.originalKinds)
    }
    for (listener, entry) in zip(listeners, chosen.value) {
      resolver.show(key.name, listener.description, chosen.source)
      check(listener, isPlaintextWanted: entry.tls == false, chosen.source, resolver.problems)
    }
    // Muster's own file may say more of the same listener: from where it takes calls, and for which kinds.
    if let original,
      !listeners.contains(where: { $0.address == original.address.value && $0.protocols.contains(.original) })
    {
      let listener = Listener(address: original.address.value, protocols: [.original])
      resolver.show(key.name, listener.description, original.address.source)
      warnOfOriginal(listener, "", original.address.source, resolver.problems)
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

  /// TLS wherever there is a certificate; `muster up`, which needs no set-up, does without on loopback.
  private func assumedTLS(_ address: NetworkAddress) -> Bool {
    let isUp = defaultProtocols.contains(.original)
    return hasTrust && insecure == nil && !(isUp && address.isLoopback)
  }

  /// `--insecure` alone does not open to the network what a file wanted to be there with TLS: the address has to be
  /// spelled out where `--insecure` is.
  private func address(_ entry: ListenerEntry, _ source: SettingSource, _ problems: ProblemList) -> NetworkAddress {
    guard let insecure, entry.tls != true, !entry.address.isLoopback, source.rank < insecure.rank else {
      return entry.address
    }
    let loopback = NetworkAddress(
      host: entry.address.host.contains(":") ? "::1" : "127.0.0.1", port: entry.address.port)
    problems.warn(
      insecure, "insecure",
      "\(entry.address) is not listened on without TLS, but \(loopback); spell it out with --listen to have it so")
    return loopback
  }

  private func check(
    _ listener: Listener, isPlaintextWanted: Bool, _ source: SettingSource, _ problems: ProblemList
  ) {
    let address = listener.address
    if listener.tls {
      if !hasTrust {
        problems.add(
          source, "listen",
          "\(address) is to speak TLS, and there is no certificate; make one with: muster coordinator init")
      }
      return
    }
    if listener.protocols.contains(.original), !address.isLoopback {
      let cure = listener.allow.isEmpty ? "; bound it with 'allow' under 'listen'" : ""
      warnOfOriginal(listener, cure, source, problems)
    }
    guard listener.protocols.contains(.muster) else { return }
    if address.isLoopback {
      if let insecure {
        problems.warn(
          insecure, "insecure",
          "INSECURE: \(address) is neither encrypted nor does it ask who calls; every user of this machine may do everything there"
        )
      }
      return
    }
    guard insecure != nil || isPlaintextWanted else {
      problems.add(
        source, "listen",
        "\(address) would be neither encrypted nor ask who calls; run 'muster coordinator init' once, or say --insecure in a network where everybody may do everything"
      )
      return
    }
    problems.warn(
      source, "listen",
      "INSECURE: \(address) is neither encrypted nor does it ask who calls: whoever reaches it may submit, take and cancel tasks"
    )
  }

  private func warnOfOriginal(
    _ listener: Listener, _ cure: String, _ source: SettingSource, _ problems: ProblemList
  ) {
    problems.warn(
      source, "listen",
      "the original protocol on \(listener.address) is not encrypted and lets anyone who reaches it take tasks and send results\(cure)"
    )
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
