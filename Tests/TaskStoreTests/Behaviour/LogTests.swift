import Foundation
import MusterCore
import TaskModel
import Testing

@testable import TaskStore

@Suite struct LogTests {
  private func text(_ pieces: [StoredLogPiece]) -> String {
    pieces.map { String(decoding: $0.text, as: UTF8.self) }.joined()
  }

  @Test("logs are read from where the reader stopped, of the newest attempt or of one", arguments: StoreSort.allCases)
  func follow(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      let id = TaskID(trusted: "a")
      try await world.submit("a")
      #expect(try await world.store.logs(of: id, attempt: nil, after: 0).isEmpty)
      try await world.enroll()
      let first = try await world.run()
      try await world.store.appendLogs([
        LogPiece(token: first.token, text: Data("one\n".utf8)),
        LogPiece(token: first.token, text: Data("two\n".utf8), dropped: 512),
      ])
      let pieces = try await world.store.logs(of: id, attempt: nil, after: 0)
      #expect(text(pieces) == "one\ntwo\n")
      #expect(pieces.map(\.dropped) == [0, 512])
      #expect(pieces.map(\.attempt) == [1, 1])
      let last = try #require(pieces.last).position
      #expect(try await world.store.logs(of: id, attempt: nil, after: last).isEmpty)
      try await world.store.appendLogs([LogPiece(token: first.token, text: Data([0, 0xFF, 10]))])
      #expect(try await world.store.logs(of: id, attempt: 1, after: last).map(\.text) == [Data([0, 0xFF, 10])])

      try await world.end(first.token, .failed)
      try await world.pass(.seconds(1))
      let second = try await world.run()
      try await world.store.appendLogs([LogPiece(token: second.token, text: Data("three".utf8))])
      #expect(text(try await world.store.logs(of: id, attempt: nil, after: 0)) == "three")
      #expect(text(try await world.store.logs(of: id, attempt: 1, after: 0)).hasPrefix("one\ntwo\n"))
      #expect(try await world.store.logs(of: id, attempt: 7, after: 0).isEmpty)
      #expect(try await world.store.logs(of: TaskID(trusted: "zz"), attempt: nil, after: 0).isEmpty)
    }
  }

  @Test("a long log comes in parts", arguments: StoreSort.allCases)
  func parts(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      try await world.enroll()
      let claimed = try await world.run()
      try await world.store.appendLogs((0..<600).map { LogPiece(token: claimed.token, text: Data("\($0)\n".utf8)) })
      var read = ""
      var position: Int64 = 0
      while true {
        let pieces = try await world.store.logs(of: claimed.id, attempt: nil, after: position)
        guard let last = pieces.last else { break }
        read += text(pieces)
        position = last.position
      }
      #expect(read == (0..<600).map { "\($0)\n" }.joined())
    }
  }

  @Test("a piece of no attempt that was handed out is not kept", arguments: StoreSort.allCases)
  func foreign(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.store.appendLogs([
        LogPiece(token: Token(epoch: 1, task: 1, attempt: 1), text: Data("early".utf8))
      ])
      try await world.submit("a")
      try await world.enroll()
      _ = try await world.run()
      #expect(try await world.store.logs(of: TaskID(trusted: "a"), attempt: nil, after: 0).isEmpty)
    }
  }
}
