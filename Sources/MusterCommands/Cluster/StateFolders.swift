/// Where a user's programs keep what they remember, by the XDG Base Directory Specification.
struct StateFolders {
  /// Journals of runs.
  let state: String
  /// Of them, those of runs on machines.
  var runs: String { "\(state)/runs" }
  /// What can be found out anew.
  let cache: String

  static func of(_ environment: [String: String]) -> StateFolders {
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/root"
    // The specification: a path that is not absolute is to be passed over.
    func folder(_ variable: String, _ usual: String) -> String {
      let given = environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil }
      return "\(given ?? "\(home)/\(usual)")/muster"
    }
    return StateFolders(state: folder("XDG_STATE_HOME", ".local/state"), cache: folder("XDG_CACHE_HOME", ".cache"))
  }
}
