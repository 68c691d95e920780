/// Gathers what is wrong, so that a user corrects everything at once and not line by line.
final class ValueProblems {
  private struct Problem: Hashable {
    var source: ValueSource
    var key: String
    var text: String

    /// `workers.yaml:12: image.repo: …`, `environment IMAGE_REPO: …`, or the bare sentence of what is missing.
    var line: String {
      switch source {
      case .file: key.isEmpty ? "\(source): \(text)" : "\(source): \(key): \(text)"
      case .flag, .variable: "\(source): \(text)"
      case .nowhere: text
      }
    }
  }

  private var problems: [Problem] = []
  private var onlyMissing = true

  /// - Parameter key: its full name; empty when a file as a whole is meant.
  func add(_ source: ValueSource, _ key: String, _ text: String) {
    onlyMissing = false
    append(Problem(source: source, key: key, text: text))
  }

  /// Something that nobody said and somebody must.
  func addMissing(_ text: String) { append(Problem(source: .nowhere, key: "", text: text)) }

  private func append(_ problem: Problem) {
    var problem = problem
    // One problem is one line, whatever libraries repeat of what was given.
    problem.text = String(
      String.UnicodeScalarView(problem.text.unicodeScalars.map { BadText.isVisible($0) ? $0 : "?" }))
    if !problems.contains(problem) { problems.append(problem) }
  }

  var isEmpty: Bool { problems.isEmpty }

  /// - Throws: ``WorkerDeploymentError`` with a line for each problem: of the file by its lines, then of flags, of variables,
  ///   and what is missing.
  func throwIfAny() throws(WorkerDeploymentError) {
    guard !problems.isEmpty else { return }
    let lines = problems.enumerated()
      .sorted { (Self.order($0.element), $0.offset) < (Self.order($1.element), $1.offset) }
      .map(\.element.line)
    throw WorkerDeploymentError(
      onlyMissing ? .missing : .badValue, lines.joined(separator: "\n"), details: ["problems": String(lines.count)])
  }

  private static func order(_ problem: Problem) -> Int {
    switch problem.source {
    case .file(_, let line): line
    case .flag: Int.max - 2
    case .variable: Int.max - 1
    case .nowhere: Int.max
    }
  }
}
