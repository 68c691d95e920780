import SeededDice
import Testing

@testable import TaskModel

struct BookAgainstModelTests {
  /// Set `MUSTER_SEED` to the number that a failure prints to see it again.
  @Test(arguments: Dice.forThisRun())
  func theBookDoesWhatItsSimpleModelDoes(_ dice: Dice) {
    print("the book against its model: \(dice)")
    var pair = BookPair(dice)
    for step in 0..<2500 {
      pair.step()
      if step % 20 == 0 { pair.compare() }
      guard pair.differences.isEmpty else {
        Issue.record("\(dice), step \(step): \(pair.differences.joined(separator: "\n"))")
        return
      }
    }
    pair.compare()
    #expect(pair.differences.isEmpty, "\(dice)")
  }
}
