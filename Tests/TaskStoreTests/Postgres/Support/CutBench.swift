import Foundation
import MusterCore
import PostgreSQL
import PostgresFixture
import TaskModel
import Testing

@testable import TaskStore

/// How a connection is cut at its commit, and what the database makes of that commit.
enum CommitEnd: CaseIterable, Sendable {
  /// The COMMIT was lost on its way.
  case lost
  /// It was carried out, and its answer was lost.
  case unheard
  /// The server still worked at it when the connection was cut, and came to its end.
  case slow
  /// The server still worked at it when the connection was cut, and gave it up.
  case givenUp
}

/// A store whose commits are cut.
final class CutBench: Sendable {
  let world: World
  let store: PostgresStore
  let proxy: CommitProxy
  /// Past the proxy.
  let outsider: Outsider

  /// The advisory lock for which each commit that changes a task waits, at its end.
  private static let lock = 4711

  private static let brake = """
    CREATE FUNCTION brake() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_advisory_xact_lock_shared(\(lock)); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER brake AFTER INSERT OR UPDATE OR DELETE ON live DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION brake();
    """

  fileprivate init(_ world: World, _ store: PostgresStore, _ proxy: CommitProxy, _ outsider: Outsider) {
    self.world = world
    self.store = store
    self.proxy = proxy
    self.outsider = outsider
  }

  fileprivate func prepare() async throws { try await outsider.run(Self.brake) }

  /// Does something whose commit is cut, and forgets what was signalled before.
  func during<R: Sendable>(
    _ end: CommitEnd, _ body: @escaping @Sendable () async throws -> R
  ) async throws -> R {
    _ = try await world.signals()
    let before = proxy.cuts
    switch end {
    case .lost: proxy.cut(.before)
    case .unheard: proxy.cut(.after)
    case .slow, .givenUp: return try await duringSlow(end, body)
    }
    let result = try await body()
    #expect(proxy.cuts == before + 1, "no commit was cut")
    return result
  }

  private func duringSlow<R: Sendable>(
    _ end: CommitEnd, _ body: @escaping @Sendable () async throws -> R
  ) async throws -> R {
    let before = proxy.cuts
    try await outsider.run("SELECT pg_advisory_lock(\(Self.lock))")
    proxy.cut(.under)
    let isAnswered = Shared(false)
    let answer = Task {
      defer { isAnswered.change { $0 = true } }
      return try await body()
    }
    try await until("the commit is cut") { proxy.cuts > before }
    let name = try await waiting().first?.name ?? ""
    try await until("the store asks what became of it") {
      try await outsider.number(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = '\(name)'") > 1
    }
    #expect(!isAnswered.value, "the caller was answered before the commit had come to its end")
    if end == .givenUp {
      for (pid, _) in try await waiting() { try await outsider.run("SELECT pg_terminate_backend(\(pid), 10000)") }
    }
    try await outsider.run("SELECT pg_advisory_unlock(\(Self.lock))")
    return try await answer.value
  }

  /// Who waits at the brake.
  private func waiting() async throws -> [(pid: String, name: String)] {
    let found = Shared<[String]>([])
    try await until("a commit waits at the brake") {
      let rows = try await outsider.texts(
        """
        SELECT a.pid || ' ' || a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE l.locktype = 'advisory' AND l.objid = \(Self.lock) AND NOT l.granted AND l.database = a.datid
        """)
      found.change { $0 = rows }
      return !rows.isEmpty
    }
    return found.value.compactMap { row in
      row.firstIndex(of: " ").map { (String(row[..<$0]), String(row[row.index(after: $0)...])) }
    }
  }

  // MARK: Looking

  /// The tokens of what the tables say is running.
  func running() async throws -> Set<String> {
    Set(
      try await outsider.texts(
        "SELECT worker || ' ' || seq || ' ' || handouts || ' ' || epoch FROM live WHERE state = 2 ORDER BY seq"))
  }

  /// The same of what was handed to a worker.
  func expected(_ claimed: [ClaimedTask], by worker: String = "w") -> Set<String> {
    Set(claimed.map { "\(worker) \($0.token.task) \($0.token.attempt) \(Int64(bitPattern: $0.token.epoch))" })
  }
}

/// A store by way of a proxy, in a database of its own.
func withCutBench(_ body: (CutBench) async throws -> Void) async throws {
  let server = try await PostgresServer.shared()
  try await withFreshDatabase { direct in
    try await withProxy(server) { proxy in
      let name = direct.split(separator: "?")[0].split(separator: "/").last.map { String($0) } ?? ""
      let target = try PostgresTarget(proxy.url(database: name))
      let store = try await PostgresStore.open(target, logger: .silent)
      do {
        let world = World(store, time: ManualTime())
        try await store.define(KindDefinition.samples)
        try await withOutsider(direct) { outsider in
          let bench = CutBench(world, store, proxy, outsider)
          try await bench.prepare()
          try await body(bench)
        }
      } catch {
        await store.close()
        throw error
      }
      await store.close()
    }
  }
}
