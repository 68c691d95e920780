import Foundation
import MusterCore
import PostgreSQL
import SeededDice
import TaskModel
import Testing

@testable import TaskStore

/// Tasks that two coordinators with some workers each work off, and what must hold of them at the end.
struct Workload {
  var tasks = 2000
  /// Of each coordinator.
  var workers = 4
  var mishaps = 15
  /// One in so many tasks always fails; 0: none.
  var bad = 50

  private func id(_ number: Int) -> String {
    bad > 0 && number % bad == 0 ? "bad-\(number)" : "good-\(number)"
  }

  /// - Parameters:
  ///   - url: of an empty database.
  ///   - disturb: what goes on beside.
  /// - Returns: what the callers were told.
  @discardableResult
  func run(
    _ url: String, _ dice: Dice,
    disturb: @escaping @Sendable ([PostgresStore], Progress) async throws -> Void
  ) async throws -> Tally.Told {
    let tally = Tally()
    let target = try PostgresTarget(url)
    var stores: [PostgresStore] = []
    for _ in 0..<2 {
      let store = try await PostgresStore.open(target, logger: .silent)
      try await store.define(Crew.kinds)
      stores.append(store)
    }
    let crews = zip(["a", "b"], stores).map {
      Crew($1, name: $0, workers: workers, tally: tally, seed: dice.seed, mishaps: mishaps)
    }
    do {
      try await work(crews, tally, disturb)
      try await check(url, tally.all)
    } catch {
      await describe(url, stores, tally.all)
      for store in stores { await store.close() }
      throw error
    }
    for store in stores { await store.close() }
    return tally.all
  }

  /// For whoever looks for the reason of a failure.
  private func describe(_ url: String, _ stores: [PostgresStore], _ told: Tally.Told) async {
    let live = try? await withOutsider(url) { db in
      try await db.texts(
        """
        SELECT t.id || ': state ' || l.state || ', worker ' || coalesce(l.worker, 'none') || ', handed out '
          || l.handouts || ' times, coordinator ' || coalesce(l.coordinator, 0) || ', not before '
          || coalesce(l.not_before::text, 'now') FROM live l JOIN task t USING (seq) ORDER BY seq LIMIT 20
        """)
    }
    Issue.record(
      """
      \(told.acknowledged.count) submitted, \(told.committed.count) committed, \(told.signalled.count) signalled, \
      \(told.unanswered) unanswered, coordinators \(stores.map(\.number)), outages \(stores.map(\.outage)), \
      unfinished: \(live ?? [])
      """)
  }

  private func work(
    _ crews: [Crew], _ tally: Tally,
    _ disturb: @escaping @Sendable ([PostgresStore], Progress) async throws -> Void
  ) async throws {
    let stores = crews.map(\.store)
    let count = tasks
    for crew in crews { try await crew.connect() }
    try await withThrowingTaskGroup { group in
      for crew in crews { group.addTask { try await crew.run() } }
      group.addTask { try await submit(crews, tally) }
      group.addTask { try await disturb(stores, Progress(tasks: count, tally: tally)) }
      group.addTask {
        defer { for crew in crews { crew.end() } }
        try await until("all tasks have ended", seconds: 120) {
          try #require(tally.all.surprises.isEmpty, "\(tally.all.surprises)")
          return tally.ended >= count
        }
        // Answers come before signals; whatever is told twice has a moment to come.
        try await until("the callers have been told", seconds: 10) { tally.all.committed.count >= count }
      }
      defer { for crew in crews { crew.end() } }
      for try await _ in group {}
    }
  }

  private func submit(_ crews: [Crew], _ tally: Tally) async throws {
    for start in stride(from: 0, to: tasks, by: 25) {
      let crew = crews[start / 25 % crews.count]
      let batch = (start..<min(start + 25, tasks)).map { number in
        let id = id(number)
        let kind = number % 3 == 0 ? "judged" : "plain"
        let input = Data("input of \(id)".utf8)
        return NewTask(
          id: TaskID(trusted: id), kind: kind, input: .bytes(input),
          identity: NewTask.identity(kind: kind, input: input, needs: Needs(), dependsOn: []))
      }
      guard let outcomes = try await crew.persist({ try await crew.store.submit(batch) }) else { return }
      for (task, outcome) in zip(batch, outcomes) {
        switch outcome {
        case .accepted(.queued): break
        case .accepted, .existing, .refused: tally.surprise("the submission of \(task.id) is answered with \(outcome)")
        }
        tally.note { $0.acknowledged.insert(task.id.text) }
      }
    }
  }

  private func check(_ url: String, _ told: Tally.Told) async throws {
    let ids = Set((0..<tasks).map { id($0) })
    #expect(told.surprises.isEmpty, "\(told.surprises)")
    #expect(told.acknowledged == ids)
    #expect(Set(told.committed.keys) == ids && told.committed.values.allSatisfy { $0 == 1 })
    #expect(Set(told.signalled.keys) == ids && told.signalled.values.allSatisfy { $0 == 1 })
    #expect(told.handedOut.values.allSatisfy { $0 == 1 }, "an attempt was handed out twice")
    try await withOutsider(url) { try await look(at: $0, ids, told) }
  }

  private func look(at db: Outsider, _ ids: Set<String>, _ told: Tally.Told) async throws {
    #expect(try await db.number("SELECT count(*) FROM task") == tasks)
    #expect(try await db.number("SELECT count(*) FROM live") == 0)
    #expect(try await db.number("SELECT count(*) FROM verification") == 0)
    #expect(try await db.number("SELECT count(*) FROM final") == tasks)
    #expect(
      try await db.number(
        """
        SELECT count(*) FROM final f JOIN task t USING (seq) WHERE f.state = 4 AND t.id LIKE 'good%'
          AND f.result = convert_to('result of ' || t.id, 'UTF8') AND f.result_key >> 20 = f.seq
          AND NOT EXISTS (SELECT FROM attempt a WHERE a.key = f.result_key)
        """) == ids.filter { $0.hasPrefix("good") }.count)
    #expect(
      try await db.number(
        "SELECT count(*) FROM final f JOIN task t USING (seq) WHERE f.state = 5 AND f.failures = 3 AND t.id LIKE 'bad%'"
      ) == ids.filter { $0.hasPrefix("bad") }.count)
    // Every attempt that the tables count was handed to a worker, and the other way round.
    #expect(try await db.number("SELECT sum(handouts)::int8 FROM final") == told.handedOut.count)
  }
}

/// How far a workload is, for whoever disturbs it.
struct Progress: Sendable {
  fileprivate let tasks: Int
  fileprivate let tally: Tally

  /// Everything has ended.
  var isOver: Bool { tally.ended >= tasks }

  /// Returns when so many of a hundred tasks have ended.
  func reaches(_ percent: Int) async throws {
    try await until("\(percent) of 100 tasks have ended", seconds: 120) { tally.ended * 100 >= tasks * percent }
  }
}
