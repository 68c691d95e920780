/// Which of the places a kubeconfig for this machine names, and why. Pure.
public struct APIChoice: Sendable, Hashable {
  public var place: APIPlace
  public var port: Int
  /// Whether somebody listens there.
  public var isReachable: Bool
  /// Why this one, a sentence with what to do where something is to be done.
  public var why: String

  /// - Parameters:
  ///   - places: as ``APIPlace/all(_:)`` has them.
  ///   - obstacles: by host, why no connection came about; hosts that answer are not in it.
  /// - Returns: nil if there is no place at all.
  public init?(_ places: [APIPlace], port: Int, obstacles: [String: String]) {
    guard let best = places.first else { return nil }
    self.port = port
    let open = places.first { obstacles[$0.host] == nil }
    place = open ?? best
    isReachable = open != nil
    let tried = places.prefix { $0 != open }.map { place in
      "\(HostPort.text(place.host, port)): \(obstacles[place.host] ?? "")"
    }.joined(separator: "; ")
    why = Self.sentence(place, port, tried, isReachable: open != nil, isFirst: open == best)
  }

  private static func sentence(_ place: APIPlace, _ port: Int, _ tried: String, isReachable: Bool, isFirst: Bool)
    -> String
  {
    let spot = HostPort.text(place.host, port)
    let what =
      place.kind == .node
      ? "the address of \(place.machine) between the machines" : "the host to which SSH goes for \(place.machine)"
    guard isReachable else {
      let cure =
        "see that k3s runs there, and open \(port)/tcp to this machine"
        + (place.kind == .node
          ? ", or forward a port ('ssh -L \(port):\(spot) …') and use its address with tls-server-name \(place.host)"
          : "")
      return
        "no server answers on \(port) from this machine (\(tried)); \(spot) was taken all the same, \(what); \(cure)"
    }
    var sentence = "\(spot) answers from this machine; it is \(what)"
    if !isFirst { sentence += ", and what is better does not answer (\(tried))" }
    if let name = place.serverName {
      sentence += "; the server's certificate is not for '\(place.host)', so tls-server-name is '\(name)'"
    }
    return sentence
  }
}
