/// Which program's file it is. Told by its keys, because people name files as they like.
enum FileKind: Sendable, Hashable {
  case muster, originalCoordinator, originalClient

  /// The kind most of whose keys are in the file; Muster's own when none is, or as many.
  static func of(_ root: Section) -> FileKind {
    let keys = Set(root.entries.map(\.key))
    func matches(_ schema: [SettingKey]) -> Int { schema.count { keys.contains($0.name) } }
    let counts: [(FileKind, Int)] = [
      (.muster, matches(Schema.top)), (.originalCoordinator, matches(Schema.originalCoordinator)),
      (.originalClient, matches(Schema.originalClient)),
    ]
    return counts.reduce(counts[0]) { $1.1 > $0.1 ? $1 : $0 }.0
  }

  var name: String {
    switch self {
    case .muster: "a Muster file"
    case .originalCoordinator: "a coordinator.yaml of the original prover cluster"
    case .originalClient: "a client.yaml of the original prover cluster"
    }
  }
}
