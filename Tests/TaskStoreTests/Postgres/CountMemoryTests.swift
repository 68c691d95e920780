import MusterCore
import TaskModel
import Testing

@testable import TaskStore

@Suite struct CountMemoryTests {
  private func count(_ memory: CountMemory, _ number: Int, taking duration: Duration, _ time: ManualTime) async throws
    -> Int?
  {
    try await memory.figures(.final, of: 1) {
      time.advance(by: duration)
      return [CountMemory.Figure(kind: "plain", state: .done, count: number)]
    }.first?.count
  }

  @Test("a count of many is given again for twenty times as long as it took, at most ten seconds")
  func remembers() async throws {
    let time = ManualTime()
    let memory = CountMemory(time: time)
    let many = CountMemory.few
    #expect(try await count(memory, many + 1, taking: .milliseconds(50), time) == many + 1)
    time.advance(by: .milliseconds(999))
    #expect(try await count(memory, many + 2, taking: .seconds(3), time) == many + 1)
    time.advance(by: .milliseconds(1))
    #expect(try await count(memory, many + 3, taking: .seconds(3), time) == many + 3)
    time.advance(by: .milliseconds(9999))
    #expect(try await count(memory, many + 4, taking: .seconds(3), time) == many + 3)
    time.advance(by: .milliseconds(1))
    #expect(try await count(memory, 5, taking: .seconds(3), time) == 5)
    // Those were few.
    #expect(try await count(memory, 6, taking: .seconds(3), time) == 6)
  }

  @Test("stores and subjects are told apart")
  func apart() async throws {
    let time = ManualTime()
    let memory = CountMemory(time: time)
    let many = CountMemory.few
    #expect(try await count(memory, many, taking: .seconds(1), time) == many)
    #expect(try await memory.figures(.live, of: 1) { [] }.isEmpty)
    #expect(try await memory.figures(.final, of: 2) { [] }.isEmpty)
    #expect(try await count(memory, many + 1, taking: .seconds(1), time) == many)
  }
}
