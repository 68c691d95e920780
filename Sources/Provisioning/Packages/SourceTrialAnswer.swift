import RemoteHosts

/// What a machine answered to ``SourceTrialScript``: an outsider's words.
struct SourceTrialAnswer: Hashable {
  /// By the number of the need: the name of a package that is there already.
  var installed: [Int: String] = [:]
  /// By the number of the need: the name that the sources have.
  var found: [Int: String] = [:]
  /// The needs that no source serves.
  var lacking: Set<Int> = []
  /// Packages that would be installed in another version than they are: name and version now.
  var changed: [String] = []
  /// Everything that would be installed, and in which version.
  var new: [String: String] = [:]
  /// No source has answered, or there is none.
  var hasNone = false
  /// What the package manager complained of, oldest first.
  var complaints: [String] = []

  private static let mostLines = 5000

  /// Nil if it is no such answer, or its end is missing.
  init?(_ answer: RemoteAnswer) {
    guard answer.status == 0 else { return nil }
    var lines = answer.outputText.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count <= Self.mostLines, lines.first == Substring(SourceTrialScript.header), lines.popLast() == "",
      lines.popLast() == "end"
    else { return nil }
    for line in lines.dropFirst() {
      let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      switch (words.first, words.count) {
      case ("none", 1): hasNone = true
      case ("say", 2...): complaints.append(String(line.dropFirst(4)))
      case ("lacks", 2):
        guard let number = Int(words[1]) else { return nil }
        lacking.insert(number)
      case ("installed", 3), ("found", 3):
        guard let number = Int(words[1]), PackageManager.isName(words[2]) else { return nil }
        if words[0] == "found" { found[number] = words[2] } else { installed[number] = words[2] }
      case ("new", 3): new[words[1]] = String(words[2].prefix(100))
      case ("change", 3): changed.append("\(words[1]) \(words[2])")
      default: return nil
      }
    }
  }
}
