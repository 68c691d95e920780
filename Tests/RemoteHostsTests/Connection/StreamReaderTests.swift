import Synchronization
import Testing

@testable import RemoteHosts

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite("Streams of a program", .timeLimit(.minutes(1)))
struct StreamReaderTests {
  /// A pipe whose reading end does not block.
  private static func channel() throws -> (reading: Int32, writing: Int32) {
    var pair: [Int32] = [-1, -1]
    try #require(Descriptors.pipe(&pair))
    _ = fcntl(pair[0], F_SETFL, O_NONBLOCK)
    return (pair[0], pair[1])
  }

  private final class Heard: Sendable {
    let bytes = Mutex<[RemoteStream: [UInt8]]>([:])
    let ended = Mutex<[RemoteStream]>([])

    func reader(_ sources: [StreamReader.Source]) throws -> StreamReader {
      try StreamReader(
        sources, hear: { piece, stream in self.bytes.withLock { $0[stream, default: []] += piece } },
        ended: { stream in self.ended.withLock { $0.append(stream) } })
    }
  }

  private func say(_ text: String, on descriptor: Int32) {
    let bytes = Array(text.utf8)
    #expect(write(descriptor, bytes, bytes.count) == bytes.count)
  }

  @Test("what is said until the end is heard, each stream in its order")
  func both() async throws {
    let (output, errors) = (try Self.channel(), try Self.channel())
    let heard = Heard()
    let reader = try heard.reader([
      .init(descriptor: output.reading, stream: .output), .init(descriptor: errors.reading, stream: .errors),
    ])
    for number in 0..<1000 { say("\(number) ", on: number.isMultiple(of: 2) ? output.writing : errors.writing) }
    close(output.writing)
    close(errors.writing)
    await reader.finish()
    let text = heard.bytes.withLock { $0.mapValues { String(decoding: $0, as: UTF8.self) } }
    #expect(text[.output] == stride(from: 0, to: 1000, by: 2).map { "\($0) " }.joined())
    #expect(text[.errors] == stride(from: 1, to: 1000, by: 2).map { "\($0) " }.joined())
    #expect(Set(heard.ended.withLock { $0 }) == [.output, .errors])
  }

  @Test("who still holds a stream's other end keeps nobody")
  func held() async throws {
    let output = try Self.channel()
    defer { close(output.writing) }
    let heard = Heard()
    let reader = try heard.reader([.init(descriptor: output.reading, stream: .output)])
    say("last words", on: output.writing)
    await reader.finish()
    #expect(heard.bytes.withLock { $0[.output] } == Array("last words".utf8))
    #expect(heard.ended.withLock { $0 }.isEmpty)
  }

  @Test("hundreds of programs that end at once are each heard to the end")
  func many() async throws {
    let heard = try (0..<300).map { _ in (Heard(), try Self.channel(), try Self.channel()) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (heard, output, errors) in heard {
        group.addTask {
          let reader = try heard.reader([
            .init(descriptor: output.reading, stream: .output), .init(descriptor: errors.reading, stream: .errors),
          ])
          say("done", on: output.writing)
          close(errors.writing)
          close(output.writing)
          await reader.finish()
        }
      }
      try await group.waitForAll()
    }
    for (heard, _, _) in heard { #expect(heard.bytes.withLock { $0 } == [.output: Array("done".utf8)]) }
  }
}
