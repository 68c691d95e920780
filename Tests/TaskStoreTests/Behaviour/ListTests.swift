import GRDB
import MusterCore
import TaskModel
import Testing

@testable import TaskStore

@Suite struct ListTests {
  private func ids(_ world: World, _ filter: TaskFilter) async throws -> [String] {
    try await world.store.list(filter).map(\.id.text)
  }

  @Test("lists filter by state, kind and number, newest first unless asked", arguments: StoreSort.allCases)
  func filters(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      for id in ["a", "b", "c"] { try await world.submit(id) }
      try await world.submit("x", kind: "judged")
      try await world.submit("late", after: ["x"])
      _ = try await world.cancel("b")
      #expect(try await ids(world, TaskFilter()) == ["late", "x", "c", "b", "a"])
      #expect(try await ids(world, TaskFilter(oldestFirst: true)) == ["a", "b", "c", "x", "late"])
      #expect(try await ids(world, TaskFilter(limit: 2)) == ["late", "x"])
      #expect(try await ids(world, TaskFilter(limit: 0)) == [])
      #expect(try await ids(world, TaskFilter(limit: -1)) == [])
      #expect(try await ids(world, TaskFilter(states: [.queued])) == ["x", "c", "a"])
      #expect(try await ids(world, TaskFilter(states: [.waiting, .cancelled])) == ["late", "b"])
      #expect(try await ids(world, TaskFilter(states: [.done])) == [])
      #expect(try await ids(world, TaskFilter(kind: "judged")) == ["x"])
      #expect(try await ids(world, TaskFilter(kind: "nothing")) == [])
      #expect(try await ids(world, TaskFilter(states: [.queued], kind: "plain", limit: 1)) == ["c"])
    }
  }

  @Test("labels are matched whatever they are called", arguments: StoreSort.allCases)
  func labels(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      let odd = [
        "a.b/c", "with \"quotes\"", "it's", "$.x", "[0]", "naïve 🦊", "back\\slash", " ", "", "%", "tab\tnewline\n",
        "nul\0byte",
      ]
      for (number, name) in odd.enumerated() {
        try await world.submit("t\(number)") { $0.labels = [name: "v\(number)", "same": "1"] }
      }
      for (number, name) in odd.enumerated() {
        #expect(try await ids(world, TaskFilter(labels: [name: "v\(number)"])) == ["t\(number)"])
        #expect(try await world.record("t\(number)").labels == [name: "v\(number)", "same": "1"])
      }
      for value in odd {
        try await world.submit("v-\(odd.firstIndex(of: value) ?? 0)") { $0.labels = ["value": value] }
      }
      for (number, value) in odd.enumerated() {
        #expect(try await ids(world, TaskFilter(labels: ["value": value])) == ["v-\(number)"])
      }
      #expect(try await ids(world, TaskFilter(labels: ["same": "1"], limit: 1000)).count == odd.count)
      #expect(try await ids(world, TaskFilter(labels: ["same": "1", "it's": "v2"])) == ["t2"])
      #expect(try await ids(world, TaskFilter(labels: ["same": "01"])) == [])
      #expect(try await ids(world, TaskFilter(labels: ["' OR 1=1 --": "x"])) == [])
    }
  }

  @Test("counts are by kind and state", arguments: StoreSort.allCases)
  func counts(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      #expect(try await world.store.counts().isEmpty)
      for id in ["a", "b", "c"] { try await world.submit(id) }
      try await world.submit("x", kind: "judged")
      try await world.submit("y", after: ["x"])
      _ = try await world.cancel("c")
      try await world.enroll(slots: 1)
      _ = try await world.run()
      let counts = try await world.store.counts()
      #expect(
        counts.map { "\($0.kind) \($0.state.name) \($0.count)" } == [
          "judged queued 1", "plain waiting 1", "plain queued 1", "plain running 1", "plain cancelled 1",
        ])
      #expect(try await world.store.queuedByKind() == ["plain": 1, "judged": 1])
    }
  }

  @Test("the latest run times are of tasks of the kind that are done, latest first", arguments: StoreSort.allCases)
  func runTimes(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      #expect(try await world.store.latestRunTimes(ofKind: "plain", limit: 10) == [])
      try await world.enroll(slots: 1)
      for (number, end) in [EndReport.End.done, .failed, .done, .done].enumerated() {
        try await world.submit("t\(number)") { $0.maxAttempts = 1 }
        let token = try await world.run().token
        let report = EndReport(token: token, end: end, error: "no", runNanoseconds: UInt64(number + 1) * 1_000_000_000)
        _ = try await world.store.exchange(Exchange(worker: "w", ends: [report]))
        world.time.advance(by: .seconds(1))
      }
      let seconds = try await world.store.latestRunTimes(ofKind: "plain", limit: 10).map { $0 / 1_000_000_000 }
      #expect(seconds == [4, 3, 1])
      #expect(try await world.store.latestRunTimes(ofKind: "plain", limit: 1).count == 1)
      #expect(try await world.store.latestRunTimes(ofKind: "plain", limit: -1) == [])
      #expect(try await world.store.latestRunTimes(ofKind: "judged", limit: 10) == [])
      #expect(try await world.store.latestRunTimes(ofKind: "nobody's", limit: 10) == [])
    }
  }

  @Test("of many ends of one kind the latest are found by an index, without reading the others")
  func plan() async throws {
    let store = try EmbeddedStore(folder: nil, time: ManualTime(), logger: .silent)
    let steps = try await store.read { db in
      try Row.fetchAll(
        db,
        sql: "EXPLAIN QUERY PLAN " + EmbeddedStore.latestRunTimes, arguments: ["plain", 100]
      ).map { $0["detail"] as String }
    }
    #expect(steps.contains { $0.contains("USING INDEX task_finished (kind=?") }, "\(steps)")
    #expect(!steps.contains { $0.hasPrefix("SCAN task") }, "\(steps)")
    await store.close()
  }

  @Test("what is in workers' hands is told with its kind, its slots and its start", arguments: StoreSort.allCases)
  func held(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      for id in ["a", "b", "queued"] { try await world.submit(id) }
      try await world.submit("done", kind: "judged")
      try await world.enroll(slots: 4)
      let claimed = try await world.claim(limit: 4)
      let tokens = Dictionary(uniqueKeysWithValues: claimed.map { ($0.id.text, $0.token) })
      let (a, b) = (try #require(tokens["a"]), try #require(tokens["b"]))
      try await world.start(a)
      _ = try await world.cancel("queued")
      let tasks = claimed.map(\.token.task)
      let now = world.time.timestamp()
      let held = try await world.store.held([a.task, b.task, 1 << 40])
      #expect(Set(held.map(\.kind)) == ["plain"] && held.map(\.slots) == [1, 1])
      #expect(held.map(\.started).sorted { ($0?.milliseconds ?? 0) < ($1?.milliseconds ?? 0) } == [nil, now])
      #expect(try await world.store.held([]).isEmpty)
      // One that is not in anybody's hands any more is left out.
      #expect(try await world.store.held(tasks).count == 3)
    }
  }
}
