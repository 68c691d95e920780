/// How a client of the original protocol stands on the roster: one entry for each pair of prover and circuit.
///
/// The protocol has no sessions and its ids are not unique, so an entry has no bound on what it holds; each attempt ends
/// by its result or its lease.
enum OriginalProver {
  /// No name of Muster's own workers begins like this: it has a character that those may not have.
  private static let prefix = "original/"

  /// Between a worker's name and the rest of the ids that it is given over TLS. No name has it, so that no worker's ids begin
  /// with another's name.
  static let separator: Character = "@"

  /// Whether a prover's id is one of those of a worker that is known by its certificate.
  static func belongs(_ prover: String, to worker: String) -> Bool {
    prover == worker || prover.hasPrefix("\(worker)\(separator)")
  }

  static func rosterName(prover: String, kind: String) -> String { "\(prefix)\(kind)/\(prover)" }

  static func isRosterName(_ name: String) -> Bool { name.hasPrefix(prefix) }

  /// The prover's own id, or the name as it is for other workers.
  static func displayName(_ name: String) -> String {
    guard isRosterName(name) else { return name }
    let rest = name.dropFirst(prefix.count)
    guard let slash = rest.firstIndex(of: "/") else { return name }
    return String(rest[rest.index(after: slash)...])
  }

  /// The kind of a roster name.
  static func kind(of name: String) -> String? {
    guard isRosterName(name) else { return nil }
    let rest = name.dropFirst(prefix.count)
    return rest.firstIndex(of: "/").map { String(rest[..<$0]) }
  }
}
