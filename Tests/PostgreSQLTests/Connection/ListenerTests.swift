import Foundation
import PostgreSQL
import PostgresFixture
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct ListenerTests {
  enum Event: Equatable, Sendable { case lost, connected, notified }

  /// A listener and what it tells, in order.
  final class Ear {
    let listener: PostgresListener
    private var events: AsyncStream<Event>.Iterator

    init(_ target: PostgresTarget, channel: String, name: String = "ear") {
      let (stream, source) = AsyncStream<Event>.makeStream()
      events = stream.makeAsyncIterator()
      listener = PostgresListener(
        target: target, channel: channel, name: name, onLoss: { _ in source.yield(.lost) },
        onConnect: { source.yield(.connected) }, onNotify: { source.yield(.notified) })
    }

    func next() async -> Event? { await events.next(isolation: #isolation) }

    /// Passes over attempts to connect that failed.
    func nextButLoss() async -> Event? {
      while let event = await next() { if event != .lost { return event } }
      return nil
    }
  }

  @Test func hearsAcrossAReconnect() async throws {
    let name = "ear \(UInt32.random(in: 0...UInt32.max))"
    let channel = "A \"channel\""
    let notify = "SELECT pg_notify('\(channel)', '')"
    let server = try await PostgresServer.shared()
    try await withConnection { connection, url in
      let ear = Ear(try PostgresTarget(url), channel: channel, name: name)
      for _ in 0..<3 {
        #expect(await ear.next() == .connected)
        for _ in 0..<3 {
          _ = try await connection.perform { try $0.change(notify) }
          #expect(await ear.next() == .notified)
        }
        try await server.administer { db in
          _ = try db.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", [.text(name)])
        }
        #expect(await ear.next() == .lost)
      }
      await ear.listener.close()
      try await waitUntil {
        try await server.administer { db in
          try db.rows("SELECT 1 FROM pg_stat_activity WHERE application_name = $1", [.text(name)]).isEmpty
        }
      }
    }
  }

  @Test func connectsWhenTheServerComesBack() async throws {
    try await withPostgresServer { server in
      await server.stop(.immediate)
      let ear = Ear(try PostgresTarget(server.tcpURL(database: "postgres")), channel: "c")
      #expect(await ear.next() == .lost)
      try await server.start()
      #expect(await ear.nextButLoss() == .connected)
      await server.stop(.kill9)
      #expect(await ear.next() == .lost)
      try await server.start()
      #expect(await ear.nextButLoss() == .connected)
      _ = try await server.administer { try $0.change("NOTIFY c") }
      #expect(await ear.next() == .notified)
      await ear.listener.close()
    }
  }

  @Test func nothingComesAfterTheEnd() async throws {
    try await withConnection { connection, url in
      for _ in 0..<10 {
        let calls = Calls()
        let listener = PostgresListener(target: try PostgresTarget(url), channel: "c", name: "ear") { calls.count() }
        _ = try await connection.perform { try $0.change("NOTIFY c") }
        await listener.close()
        calls.end()
        _ = try await connection.perform { try $0.change("NOTIFY c") }
        #expect(!calls.lateCall)
      }
    }
  }

  final class Calls: Sendable {
    private let state = Mutex((hasEnded: false, lateCall: false))
    func count() { state.withLock { if $0.hasEnded { $0.lateCall = true } } }
    func end() { state.withLock { $0.hasEnded = true } }
    var lateCall: Bool { state.withLock { $0.lateCall } }
  }

  /// Without a time limit of its own: an attempt to connect that hangs must not hold up the end.
  @Test func endsWhileItConnects() async throws {
    let silent = try SilentServer()
    let target = try PostgresTarget("postgresql://x@127.0.0.1:\(silent.port)/x?connect_timeout=3600&sslmode=disable")
    let ear = Ear(target, channel: "c")
    try await Task.sleep(for: .milliseconds(20))
    await ear.listener.close()
    withExtendedLifetime(silent) {}
  }
}
