import MusterCore
import Synchronization
import Testing

@testable import RemoteHosts

@Suite("A stream to a script")
struct StreamTests {
  private static func pieces(_ sizes: [Int]) -> AsyncThrowingStream<[UInt8], any Error> {
    AsyncThrowingStream { continuation in
      for (index, size) in sizes.enumerated() {
        continuation.yield([UInt8](repeating: UInt8(truncatingIfNeeded: index), count: size))
      }
      continuation.finish()
    }
  }

  @Test("arrives whole, whatever its pieces", arguments: Local.shells)
  func whole(_ shell: String) async throws {
    let session = Local.session(shell: shell)
    for sizes in [[], [1], [4 << 20], [3, 5 << 20, 0, 70_000, 9 << 20], Array(repeating: 1000, count: 50)] {
      let total = sizes.reduce(0, +)
      let last = Mutex(0)
      let answer = try await session.run(RemoteScript("counts", "wc -c"), length: total, pieces: Self.pieces(sizes)) {
        sent in
        last.withLock { $0 = sent }
      }
      #expect(answer.outputText.split(whereSeparator: \.isWhitespace).first.map(String.init) == "\(total)")
      #expect(last.withLock { $0 } == total)
    }
    await session.close()
  }

  @Test("stops when the script has ended")
  func early() async throws {
    let session = Local.session()
    let sizes = Array(repeating: 1 << 20, count: 64)
    let answer = try await session.run(
      RemoteScript("fails", "head -c 1 >/dev/null; echo full >&2; exit 1"), length: 64 << 20, pieces: Self.pieces(sizes)
    ) { _ in }
    #expect(answer == RemoteAnswer(status: 1, errors: Array("full\n".utf8)))
    #expect(try await session.run(RemoteScript("is next", "echo next")).outputText == "next\n")
    await session.close()
  }

  @Test(
    "of another length than was said is an error, and does no harm to the next script", arguments: [[10, 10], [40]])
  func wrongLength(_ sizes: [Int]) async throws {
    let session = Local.session()
    let code = await errorCode {
      _ = try await session.run(RemoteScript("reads", "cat"), length: 30, pieces: Self.pieces(sizes)) { _ in }
    }
    #expect(code == .client)
    #expect(try await session.run(RemoteScript("is next", "echo next")).outputText == "next\n")
    await session.close()
  }

  @Test("that the end of the connection cuts is a connection that broke, not a stream that is too short")
  func cut() async throws {
    for _ in 0..<10 {
      let session = Local.session()
      let sizes = Array(repeating: 1 << 20, count: 64)
      let code = await errorCode {
        _ = try await session.run(
          RemoteScript("dies", "head -c 3000000 >/dev/null; kill -KILL $REMOTE_SHELL; kill -KILL 0"), length: 64 << 20,
          pieces: Self.pieces(sizes)
        ) { _ in }
      }
      #expect(code == .lost)
      await session.close()
    }
  }

  @Test("whose source fails gives the source's error")
  func failing() async throws {
    struct Fault: Error {}
    let session = Local.session()
    let pieces = AsyncThrowingStream<[UInt8], any Error> { continuation in
      continuation.yield([1, 2, 3])
      continuation.finish(throwing: Fault())
    }
    await #expect(throws: Fault.self) {
      _ = try await session.run(RemoteScript("reads", "cat"), length: 30, pieces: pieces) { _ in }
    }
    await session.close()
  }

  @Test("waits for a place among the uploads")
  func limited() async throws {
    let limits = RemoteLimits(uploads: 1)
    let sessions = [Local.session(limits: limits), Local.session(limits: limits)]
    let (source, feed) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
    let first = Task { try await sessions[0].run(RemoteScript("reads", "cat"), length: 3, pieces: source) { _ in } }
    // A second stream waits for the first, so that it must have been given its end before.
    let second = Task {
      try await sessions[1].run(RemoteScript("reads", "wc -c"), length: 1, pieces: Self.pieces([1])) { _ in }
    }
    feed.yield([1, 2, 3])
    feed.finish()
    #expect(try await first.value.output == [1, 2, 3])
    #expect(try await second.value.status == 0)
    for session in sessions { await session.close() }
  }
}
