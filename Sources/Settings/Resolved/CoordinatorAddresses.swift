/// Decides where a worker or a command finds the coordinator.
enum CoordinatorAddresses {
  /// The setting `coordinator`; else, if the same file says where a coordinator listens, there; else the standard port.
  static func decide(_ resolver: inout Resolver) -> [NetworkAddress] {
    if resolver.given(TopSettings.coordinator) == nil, let listeners = resolver.file?.listeners,
      let listener = listeners.value.first(where: {
        ($0.protocols ?? [.muster]).contains(.muster) && $0.address.port > 0
      })
    {
      var address = listener.address
      if address.isWildcard { address.host = address.host == "::" ? "::1" : "127.0.0.1" }
      resolver.show("coordinator", address.description, listeners.source)
      return [address]
    }
    return resolver.value(TopSettings.coordinator, default: [Defaults.address])
  }
}
