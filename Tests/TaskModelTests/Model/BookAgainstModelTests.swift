import Testing

@testable import TaskModel

struct BookAgainstModelTests {
  /// Set `MUSTER_SEED` to the number that a failure prints to see it again.
  @Test(arguments: Seed.forThisRun())
  func theBookDoesWhatItsSimpleModelDoes(seed: Seed) {
    print("the book against its model: \(seed)")
    var pair = BookPair(seed: seed)
    for step in 0..<2500 {
      pair.step()
      if step % 20 == 0 { pair.compare() }
      guard pair.differences.isEmpty else {
        Issue.record("\(seed), step \(step): \(pair.differences.joined(separator: "\n"))")
        return
      }
    }
    pair.compare()
    #expect(pair.differences.isEmpty, "\(seed)")
  }
}
