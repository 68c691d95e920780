import MusterCore
import TaskModel
import Testing

@testable import TaskStore

@Suite struct OrderTests {
  @Test("higher priority first, then the oldest", arguments: StoreSort.allCases)
  func priority(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      for (id, priority) in [("a", 0), ("b", 5), ("c", -1), ("d", 5), ("e", 0)] {
        try await world.submit(id) { $0.priority = Int16(priority) }
      }
      try await world.enroll(slots: 10)
      #expect(try await world.claim().map(\.id.text) == ["b", "d", "a", "e", "c"])
    }
  }

  @Test("a kind may hand out the latest first", arguments: StoreSort.allCases)
  func latest(_ sort: StoreSort) async throws {
    try await withStore(sort, kinds: [KindDefinition(name: "plain", order: .latest)]) { world in
      for id in ["a", "b", "c"] { try await world.submit(id) }
      try await world.enroll(slots: 10)
      #expect(try await world.claim().map(\.id.text) == ["c", "b", "a"])
    }
  }

  @Test("kinds of equal priority take turns", arguments: StoreSort.allCases)
  func turns(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      for id in ["a", "b", "c"] { try await world.submit(id) }
      for id in ["x", "y"] { try await world.submit(id, kind: "judged") }
      try await world.enroll(slots: 10)
      #expect(try await world.claim().map(\.id.text) == ["a", "x", "b", "y", "c"])
    }
  }

  @Test("no more than the limit, and no more than there is room for", arguments: StoreSort.allCases)
  func limits(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      for number in 0..<10 { try await world.submit("t\(number)") }
      try await world.enroll(slots: 4)
      #expect(try await world.claim(limit: 3).count == 3)
      #expect(try await world.claim(limit: 3).count == 1)
      #expect(try await world.claim(limit: 3).isEmpty)
    }
  }

  @Test("a worker that does not accept, or was dismissed, gets nothing", arguments: StoreSort.allCases)
  func accepting(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      try await world.enroll()
      try await world.store.setAccepting(false, worker: "w")
      #expect(try await world.claim().isEmpty)
      try await world.store.setAccepting(true, worker: "w")
      try await world.store.dismiss(worker: "w", reason: "gone")
      #expect(try await world.claim().isEmpty)
      try await world.enroll()
      #expect(try await world.claim().count == 1)
    }
  }

  @Test("a worker that failed a task gets it again only when no other can take it", arguments: StoreSort.allCases)
  func exclusion(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      try await world.enroll("w")
      try await world.enroll("v")
      let first = try await world.run("w")
      try await world.end(first.token, .failed, error: "exit 1", by: "w")
      try await world.pass(.seconds(1))
      #expect(try await world.claim("w").isEmpty)
      try await world.store.dismiss(worker: "v", reason: "gone")
      #expect(try await world.claim("w").map(\.id.text) == ["a"])
    }
  }
}
