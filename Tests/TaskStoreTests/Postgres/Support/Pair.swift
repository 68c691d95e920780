import Foundation
import MusterCore
import PostgreSQL
import PostgresFixture
import TaskModel
import Testing

@testable import TaskStore

/// Two coordinators' stores over one database, which live by one clock that the test moves.
final class Pair: Sendable {
  static let heartbeat = Duration.seconds(5)

  let time = ManualTime()
  let a: World
  let b: World
  /// Past both.
  let outsider: Outsider

  fileprivate init(_ url: String) async throws {
    a = try await Self.open(url, "10.0.0.1:50055", time)
    b = try await Self.open(url, "10.0.0.2:50055", time)
    outsider = try await Outsider(url)
  }

  private static func open(_ url: String, _ address: String, _ time: ManualTime) async throws -> World {
    var options = PostgresStore.Options(address: address, heartbeat: heartbeat, pace: .zero)
    options.clock = TestClock { time.timestamp() }
    let store = try await PostgresStore.open(PostgresTarget(url), options: options, time: time, logger: .silent)
    try await store.define(KindDefinition.samples)
    return World(store, time: time)
  }

  fileprivate func close() async {
    await a.store.close()
    await b.store.close()
    await outsider.close()
  }

  /// Lets time pass for both.
  func pass(_ duration: Duration) async throws {
    time.advance(by: duration)
    try await a.store.tick()
    try await b.store.tick()
  }
}

extension World {
  var postgres: PostgresStore {
    get throws { try #require(store as? PostgresStore) }
  }

  var shared: any SharedStore {
    get throws { try #require(store.sharing) }
  }

  /// What a coordinator does for a worker that connects to it.
  @discardableResult
  func connect(
    _ name: String, generation: UInt64 = 1, session: UInt64 = 7, slots: UInt16 = 4,
    kinds: Set<String> = ["plain", "judged"]
  ) async throws -> ConnectAnswer {
    let greeting = SessionGreeting(
      name: name, session: session, generation: generation, kinds: kinds.sorted(),
      capacity: Needs(slots: slots, memory: 1 << 30, gpus: 1), build: "1")
    let answer = try await shared.openSession(greeting)
    try await enroll(name, slots: slots, kinds: kinds)
    return answer
  }

  func renew(_ name: String, generation: UInt64 = 1, session: UInt64 = 7) async throws -> [String] {
    try await shared.renewSessions([
      SessionRenewal(name: name, session: session, generation: generation, silence: .zero)
    ])
  }
}

/// Two stores over a database of their own.
func withPair(_ body: (Pair) async throws -> Void) async throws {
  try await withFreshDatabase { url in
    let pair = try await Pair(url)
    do {
      try await body(pair)
    } catch {
      await pair.close()
      throw error
    }
    await pair.close()
  }
}
