import Foundation
import MusterCore
import TaskModel
import Testing

@testable import TaskStore

@Suite struct PayloadTests {
  /// Bytes of every value, so that nothing that stops at a zero or expects text goes unnoticed.
  static func bytes(_ count: Int) -> Data { Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }) }

  @Test(
    "inputs and results of every size come back as they were",
    arguments: StoreSort.allCases, [0, 1, 1024, 256 * 1024, 256 * 1024 + 1, 300 * 1024])
  func sizes(_ sort: StoreSort, size: Int) async throws {
    try await withStore(sort) { world in
      let input = Self.bytes(size)
      let result = Data(Self.bytes(size).reversed())
      let kept = try await world.store.keep(input)
      if case .file = kept { #expect(sort == .file && size > 256 * 1024) }
      try await world.submit("a") { $0.input = kept }
      let id = TaskID(trusted: "a")
      #expect(try await world.record("a").inputSize == size)
      #expect(try await world.store.input(of: id)?.load() == input)
      try await world.enroll()
      let claimed = try await world.run()
      #expect(claimed.input.size == size)
      #expect(try claimed.input.load() == input)
      let outcome = try await world.store.exchange(
        Exchange(
          worker: "w",
          ends: [EndReport(token: claimed.token, end: .done, result: try await world.store.keep(result))]))
      #expect(outcome.ends.map(\.verdict) == [.committed])
      let stored = try #require(try await world.store.result(of: id))
      #expect(stored.size == size)
      #expect(try stored.load() == result)
      // The same bytes again, in another payload of their own.
      let again = try await world.store.exchange(
        Exchange(
          worker: "w",
          ends: [EndReport(token: claimed.token, end: .done, result: try await world.store.keep(result))]))
      #expect(again.ends.map(\.verdict) == [.committed])
      #expect(try await world.store.result(of: id)?.load() == result)
    }
  }

  @Test("a verified result keeps its size, large or small", arguments: StoreSort.allCases, [0, 9, 300 * 1024])
  func verified(_ sort: StoreSort, size: Int) async throws {
    try await withStore(sort) { world in
      try await world.submit("a", kind: "judged", input: "in")
      try await world.enroll()
      let claimed = try await world.run()
      let result = try await world.store.keep(Self.bytes(size))
      _ = try await world.store.exchange(
        Exchange(worker: "w", ends: [EndReport(token: claimed.token, end: .done, result: result)]))
      let payloads = try #require(try await world.store.payloads(of: claimed.token))
      #expect(payloads.result.size == size)
      #expect(try payloads.result.load() == Self.bytes(size))
      #expect(try payloads.input.load() == Data("in".utf8))
      #expect(try await world.judge(claimed.token, valid: true).verdict == .committed)
      #expect(try await world.record("a").resultSize == size)
      let stored = try #require(try await world.store.result(of: claimed.id))
      #expect(stored.size == size)
      #expect(try stored.load() == Self.bytes(size))
    }
  }

  @Test("what no task has, has no payload", arguments: StoreSort.allCases)
  func missing(_ sort: StoreSort) async throws {
    try await withStore(sort) { world async throws in
      let id = TaskID(trusted: "nobody")
      #expect(try await world.store.input(of: id) == nil)
      #expect(try await world.store.result(of: id) == nil)
      #expect(try await world.store.payloads(of: Token(epoch: 1, task: 1, attempt: 1)) == nil)
    }
  }
}
