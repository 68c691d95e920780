import Foundation
import MusterCore
import TaskModel
import Testing

@testable import TaskStore

@Suite struct SignalTests {
  @Test("what was queued is signalled kind by kind", arguments: StoreSort.allCases)
  func ready(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      _ = try await world.store.submit(["a", "b"].map { world.task($0) })
      #expect(try await world.signals().map(\.ready) == [["plain": 2]])
      _ = try await world.store.submit([world.task("c"), world.task("x", kind: "judged")])
      #expect(try await world.signals().map(\.ready) == [["plain": 1, "judged": 1]])
      // The same again queues nothing.
      _ = try await world.store.submit([world.task("c")])
      #expect(try await world.signals().isEmpty)
    }
  }

  @Test("a task that comes back into line is signalled", arguments: StoreSort.allCases)
  func readyAgain(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      try await world.enroll()
      let first = try #require(try await world.claim().first)
      _ = try await world.signals()
      try await world.end(first.token, .returned)
      #expect(try await world.signals().map(\.ready) == [["plain": 1]])
      let second = try await world.run()
      try await world.end(second.token, .failed)
      #expect(try await world.signals().allSatisfy { $0.ready.isEmpty })
      try await world.pass(.seconds(1))
      #expect(try await world.signals().map(\.ready) == [["plain": 1]])
    }
  }

  @Test("an end carries a small result and leaves out a large one", arguments: StoreSort.allCases)
  func ended(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.enroll()
      for (id, size) in [("fits", EndedTask.largestInlineResult), ("large", EndedTask.largestInlineResult + 1)] {
        try await world.submit(id)
        let claimed = try await world.run()
        let result = Data(repeating: 7, count: size)
        let report = EndReport(token: claimed.token, end: .done, result: .bytes(result), runNanoseconds: 42)
        _ = try await world.signals()
        _ = try await world.store.exchange(Exchange(worker: "w", ends: [report]))
        let signalled = try #require(try await world.endedSignals().first)
        #expect(signalled.id.text == id && signalled.kind == "plain" && signalled.state == .done)
        #expect(signalled.resultSize == size && signalled.runNanoseconds == 42 && signalled.attempts == 1)
        #expect(signalled.result == (size > EndedTask.largestInlineResult ? nil : result))
        // Who asks later hears the same.
        #expect(try await world.store.ends(of: [claimed.id]) == [claimed.id: signalled])
      }
    }
  }

  @Test("ends are told apart from tasks that go on and ids that no task has", arguments: StoreSort.allCases)
  func ends(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("goes-on")
      try await world.submit("over")
      _ = try await world.cancel("over", reason: "no")
      let ids = ["goes-on", "over", "nobody"].map { TaskID(trusted: $0) }
      let ends = try await world.store.ends(of: ids)
      #expect(ends.count == 2)
      #expect(ends[ids[0]] == .some(nil))
      let over = try #require(ends[ids[1]] ?? nil)
      #expect(over.state == .cancelled && over.error == "no" && over.result == nil && over.attempts == 0)
    }
  }
}
