import MusterCore

/// The name of a deployment by the user's own work: the commit of the folder that he works in.
public enum Stage {
  /// Behind the commit when tracked files differ from it: the image is not what the commit says.
  static let dirty = "-dirty"

  /// Asks git. Whatever the folder's own configuration says, nothing of it is run: a folder that was unpacked from an
  /// archive may have been made by anybody.
  ///
  /// - Parameters:
  ///   - environment: of which `PATH`, `HOME` and `XDG_CONFIG_HOME` are passed on.
  ///   - patience: for each of three questions.
  /// - Returns: the short commit, with `-dirty` when it is; nil outside of git, without a commit, and without git.
  /// - Throws: ``WorkerDeploymentError`` (`workers_value_missing`) when git knows a commit, and cannot say in time whether files
  ///   differ from it.
  public static func find(
    in folder: String, environment: [String: String], patience: Duration = .seconds(30),
    time: any Timekeeper = SystemTime()
  ) async throws(WorkerDeploymentError) -> String? {
    let git = GitProgram(folder: folder, environment: environment, patience: patience, time: time)
    guard case .answer(0, let commit) = try await git.run(["rev-parse", "--verify", "--short", "HEAD"]),
      isCommit(commit)
    else { return nil }
    guard let filters = try await filters(git) else { return nil }
    let overrides = filters.flatMap { ["-c", "\($0).clean=", "-c", "\($0).process=", "-c", "\($0).required=false"] }
    let changes = try await git.run(
      overrides + [
        "status", "--porcelain", "-z", "--untracked-files=no", "--no-renames", "--ignore-submodules=dirty",
      ])
    switch changes {
    case .answer(0, let files): return files.isEmpty ? commit : commit + dirty
    case .tooMuch: return commit + dirty
    default:
      throw WorkerDeploymentError(
        .missing,
        "STAGE is not set, and git cannot say whether files differ from the commit \(commit); set STAGE, or see what 'git status' says"
      )
    }
  }

  /// The filters that the repository itself brings, as `filter.NAME`: programs that git would run on files to compare them.
  /// Those of the user's own configuration are his own doing, and stay.
  ///
  /// - Returns: nil if they cannot be listed or turned off.
  private static func filters(_ git: GitProgram) async throws(WorkerDeploymentError) -> [String]? {
    let answer = try await git.run(["config", "-z", "--show-scope", "--name-only", "--get-regexp", "^filter[.]"])
    guard case .answer(let status, let text) = answer, status <= 1 else { return nil }
    let words = text.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
    var filters: Set<String> = []
    for (scope, name) in zip(words.striding(from: 0, by: 2), words.striding(from: 1, by: 2))
    where scope != "system" && scope != "global" {
      guard let dot = name.lastIndex(of: ".") else { return nil }
      let filter = String(name[..<dot])
      // A '=' would end the name where it is given to git, and leave the filter on.
      guard !filter.contains("=") else { return nil }
      filters.insert(filter)
    }
    return filters.sorted()
  }

  private static func isCommit(_ text: String) -> Bool {
    (4...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}

extension Array {
  fileprivate func striding(from first: Int, by step: Int) -> [Element] {
    stride(from: first, to: count, by: step).map { self[$0] }
  }
}
