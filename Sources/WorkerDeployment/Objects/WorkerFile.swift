import Yams

/// `muster.yaml` of the workers: what the user gave, as it was written.
struct WorkerFile: Sendable, Hashable {
  let text: String
  /// The names of its kinds, in order; empty: the workers take the coordinator's.
  let kinds: [String]
  /// At its top.
  let keys: Set<String>

  /// - Throws: ``WorkerDeploymentError`` if it is no mapping.
  init(_ given: String?) throws(WorkerDeploymentError) {
    guard let given else {
      // A worker reads a file of no settings as a typing error, and this one as the default.
      text = "logFormat: text\n"
      kinds = []
      keys = []
      return
    }
    text = given.isEmpty || given.hasSuffix("\n") ? given : given + "\n"
    let root = try TopLevel.mapping(of: given, name: "the workers' muster.yaml")
    keys = Set(root.keys.compactMap { $0.scalar?.string })
    switch root["kinds"] {
    case .mapping(let named)?: kinds = named.compactMap { $0.key.scalar?.string }
    case .sequence(let list)?: kinds = list.compactMap { $0.mapping?["name"]?.scalar?.string }
    default: kinds = []
    }
  }

  /// The name under which this file has a circuit, whatever its case.
  func kind(_ circuit: String) -> String? { kinds.first { $0.lowercased() == circuit.lowercased() } }
}
