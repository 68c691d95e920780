import Testing

@testable import TaskModel

struct TokenTests {
  @Test func leadsToItsTaskAndAttempt() {
    for task in [1, 2, 1_000_000, 1 << 43] as [Int64] {
      for attempt in [1, 2, 1 << 20 - 1] as [UInt32] {
        let token = Token(epoch: .max, task: task, attempt: attempt)
        #expect(token.task == task && token.attempt == attempt)
      }
    }
  }

  @Test func doesNotRepeat() {
    var seen: Set<Token> = []
    for task in 1...100 as ClosedRange<Int64> {
      for attempt in 1...100 as ClosedRange<UInt32> { seen.insert(Token(epoch: 1, task: task, attempt: attempt)) }
    }
    #expect(seen.count == 10_000)
    #expect(!seen.contains(Token(epoch: 2, task: 1, attempt: 1)), "another epoch makes another token")
  }

  @Test func wrapsInsteadOfReachingIntoTheTask() {
    let token = Token(epoch: 1, task: 5, attempt: 1 << 20)
    #expect(token.task == 5 && token.attempt == 0)
    #expect(Token(epoch: 1, task: 5, attempt: .max).task == 5)
  }

  @Test func anyNumberFromOutsideCanBeRead() {
    #expect(Token(epoch: 0, number: .max).task == (1 << 44) - 1)
    #expect(Token(epoch: 0, number: 0).task == 0)
  }
}
