/// Gathers what is wrong while a file is read, so that its writer corrects it once and not line by line.
final class ProblemCollector {
  /// Beyond so many, more of them help nobody.
  static let most = 100

  let file: String
  private(set) var problems: [InventoryProblem] = []
  private(set) var warnings: [InventoryProblem] = []

  init(file: String) { self.file = file }

  func add(_ line: Int, _ text: String) {
    let problem = InventoryProblem(file: file, line: line, text: text)
    if problems.count < Self.most, !problems.contains(problem) { problems.append(problem) }
  }

  func warn(_ line: Int, _ text: String) {
    let warning = InventoryProblem(file: file, line: line, text: text)
    if warnings.count < Self.most, !warnings.contains(warning) { warnings.append(warning) }
  }

  /// Whether reading on would only repeat what was said.
  var isFull: Bool { problems.count >= Self.most }

  /// - Throws: ``InventoryError`` with all problems, in the order of lines, if there are any.
  func throwIfAny() throws(InventoryError) {
    guard !problems.isEmpty else { return }
    throw InventoryError(.badInventory, problems.sorted { ($0.line, $0.text) < ($1.line, $1.text) })
  }
}
