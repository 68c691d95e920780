/// What a script of the port trial answered.
struct PortAnswer: Hashable {
  /// Ports on which Muster's listener listens.
  var listening: Set<ClusterPort> = []
  /// Ports that somebody else has.
  var taken: Set<ClusterPort> = []
  /// The listener's process.
  var process: Int?
  /// Of the targets, by their number.
  var outcomes: [Int: PortTry.Outcome] = [:]
  /// Why nothing could be done.
  var lacking: String?

  private static let mostBytes = 1 << 20

  init(lacking: String? = nil) { self.lacking = lacking }

  /// - Throws: ``FactsFault``.
  init(_ bytes: [UInt8]) throws(FactsFault) {
    guard bytes.count <= Self.mostBytes else { throw FactsFault("it is over \(Self.mostBytes >> 20) MiB") }
    guard bytes.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0A || $0 == 0x09 }), bytes.last == 0x0A else {
      throw FactsFault("it is cut, or holds bytes that are no printable ASCII")
    }
    let lines = bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { $0.split(separator: 0x09, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) } }
    guard lines.count >= 2, lines.first == ["muster-ports", "1"], lines.last == ["end"] else {
      throw FactsFault("it is cut, or none that it may be")
    }
    for fields in lines.dropFirst().dropLast() { try read(fields) }
  }

  private mutating func read(_ fields: [String]) throws(FactsFault) {
    switch (fields.first, fields.count) {
    case ("listening", 3): listening.insert(try Self.port(fields))
    case ("taken", 3): taken.insert(try Self.port(fields))
    case ("process", 2): process = try FactsNumber.decimal(fields[1], in: 2...(1 << 30), "process")
    case ("cannot", 2): lacking = String(fields[1].prefix(200))
    case ("try", 3):
      let number = try FactsNumber.decimal(fields[1], in: 0...1_000_000, "try")
      let outcomes: [String: PortTry.Outcome] = [
        "open": .open, "refused": .refused, "silent": .silent, "unreachable": .unreachable, "foreign": .foreign,
      ]
      guard let outcome = outcomes[fields[2]] else { throw FactsFault("'\(fields[2])' comes of no try") }
      self.outcomes[number] = outcome
    default: throw FactsFault("it has a line that it may not have")
    }
  }

  private static func port(_ fields: [String]) throws(FactsFault) -> ClusterPort {
    guard let transport = ClusterPort.Transport(rawValue: fields[1]) else {
      throw FactsFault("'\(fields[1])' is no protocol with ports")
    }
    return ClusterPort(try FactsNumber.decimal(fields[2], in: 1...65535, "port"), transport)
  }
}
