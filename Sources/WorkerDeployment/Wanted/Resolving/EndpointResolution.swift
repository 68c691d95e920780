/// Makes one endpoint of `COORDINATOR_EP` and `COORDINATOR_PORT`, which may come from different places.
struct EndpointResolution {
  private let reader: ValueReader

  init(_ reader: ValueReader) { self.reader = reader }

  /// Nil: nobody named one, or it is wrong, which is reported.
  func endpoint() -> CoordinatorEndpoint? {
    let port = reader.value(.coordinatorPort, ValueText.port)
    guard let address = reader.value(.coordinator, { (text) throws(BadText) in try EndpointText(text) }) else {
      return nil
    }
    let host = address.value.host
    guard let written = address.value.port else {
      return CoordinatorEndpoint(host: host, port: port?.value ?? CoordinatorEndpoint.defaultPort)
    }
    guard let port, port.value != written, port.source.rank >= address.source.rank else {
      return CoordinatorEndpoint(host: host, port: written)
    }
    // A port that stands on its own in a stronger place was said on purpose; in the same place it is a contradiction.
    guard port.source.rank > address.source.rank else {
      reader.problems.add(
        port.source, ValueKey.coordinatorPort.rawValue,
        "the port is \(port.value), and \(said(address.source)) has another, \(written); say one of them")
      return nil
    }
    return CoordinatorEndpoint(host: host, port: port.value)
  }

  private func said(_ source: ValueSource) -> String {
    if case .variable(let name) = source { return name }
    return "\(source)"
  }
}
