import Settings

/// Where people and workers on other machines find a coordinator, as other coordinators over its store tell them.
enum AdvertisedAddress {
  /// What is configured, else the first listener of Muster's own protocol that other machines reach, else the first.
  ///
  /// - Parameter host: this machine's name, in place of an address that stands for all of the machine's.
  /// - Returns: empty if it is not known before the coordinator listens.
  static func of(_ settings: CoordinatorSettings, host: String) -> String {
    if let given = settings.advertise { return given.description }
    let own = settings.listeners.filter { $0.protocols.contains(.muster) }.map(\.address)
    guard var address = own.first(where: { !$0.isLoopback }) ?? own.first, address.port > 0 else { return "" }
    if address.isWildcard { address.host = host }
    return address.description
  }
}
