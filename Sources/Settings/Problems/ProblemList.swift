/// Gathers what is wrong while settings are read, so that a user corrects a file once and not line by line.
final class ProblemList {
  private(set) var problems: [Problem] = []
  /// What works but is probably not what the user wants.
  private(set) var warnings: [Problem] = []

  func add(_ source: SettingSource, _ key: String, _ text: String) {
    let problem = Problem(source: source, key: key, text: text)
    // A key that is read for two purposes is wrong only once.
    if !problems.contains(problem) { problems.append(problem) }
  }

  func warn(_ source: SettingSource, _ key: String, _ text: String) {
    let warning = Problem(source: source, key: key, text: text)
    if !warnings.contains(warning) { warnings.append(warning) }
  }

  /// - Throws: ``SettingsError`` with all problems, in the order of the files' lines, if there are any.
  func throwIfAny(advice: String = "") throws(SettingsError) {
    if !problems.isEmpty { throw SettingsError(problems: problems.sorted(), advice: advice) }
  }
}
