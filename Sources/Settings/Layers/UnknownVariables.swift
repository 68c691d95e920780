import MusterCore

/// Warns of variables that are almost one of ours: a typing error there would otherwise have no effect in silence.
enum UnknownVariables {
  static let others = ["MUSTER_CONFIG"]
  /// Given to every executor, and so in the environment of a muster that an executor starts.
  private static let ofExecutors: Set<String> = ["MUSTER_SLOT", "MUSTER_WORKER"]

  static func warn(_ environment: [String: String], _ problems: ProblemList) {
    let known = Schema.top.filter(\.isLayered).map(\.environment) + others
    for name in environment.keys.sorted()
    where name.hasPrefix("MUSTER_") && !known.contains(name) && !ofExecutors.contains(name) {
      guard let meant = closest(name, known) else { continue }
      problems.warn(.environment(name), "", "there is no such setting; did you mean \(meant)?")
    }
  }

  private static func closest(_ name: String, _ known: [String]) -> String? {
    // Without the prefix, which would make short names look alike.
    ClosestName.of(String(name.dropFirst(7)), among: known.map { String($0.dropFirst(7)) }).map { "MUSTER_\($0)" }
  }
}
