import Foundation
import SeededDice
import Testing

@testable import OCIImages

@Suite("Gzip")
struct GzipTests {
  static func compress(_ bytes: [UInt8], level: Int32 = 6) throws -> [UInt8] {
    let sink = MemorySink()
    let gzip = GzipSink(sink, level: level)
    try gzip.write(bytes)
    try gzip.finish()
    return sink.bytes
  }

  static func expand(_ bytes: [UInt8], limits: ArchiveLimits = ArchiveLimits()) throws -> [UInt8] {
    let sink = MemorySink()
    try sink.copy(try GzipSource(MemorySource(bytes), limits: limits))
    return sink.bytes
  }

  private let text = Array((0..<50_000).map { "line \($0 % 777)\n" }.joined().utf8)

  @Test("gives the same bytes each time, with no time, name or system in them")
  func reproducible() throws {
    let bytes = try Self.compress(text)
    #expect(Array(bytes.prefix(10)) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
    #expect(try Self.compress(text) == bytes)
    #expect(try Self.expand(bytes) == text)
    #expect(try Self.expand(Self.compress([])) == [])
  }

  @Test("is what gzip reads, and what gzip writes is read, in several members too")
  func withGzip() throws {
    let folder = try ScratchFolder()
    let ours = try folder.write("ours.gz", try Self.compress(text, level: 1))
    #expect(try Program.bytes("gzip", ["-dc", ours]) == text)
    let plain = try folder.write("plain", text)
    let theirs = try Program.bytes("gzip", ["-c", plain])
    #expect(try Self.expand(theirs + theirs) == text + text)
  }

  @Test("of more than several threads take at once is one member, whatever the sizes that came")
  func large() throws {
    var random = Dice(seed: 8)
    let large = random.bytes((9 << 20) + 77)
    let bytes = try Self.compress(large, level: 1)
    let sink = MemorySink()
    let gzip = GzipSink(sink, level: 1)
    var rest = large[...]
    while !rest.isEmpty {
      let part = rest.prefix(Int.random(in: 1...3_000_000, using: &random))
      try gzip.write(Array(part))
      rest = rest.dropFirst(part.count)
    }
    try gzip.finish()
    #expect(sink.bytes == bytes)
    #expect(try Self.expand(bytes) == large)
    let file = try ScratchFolder()
    #expect(try Program.bytes("gzip", ["-dc", try file.write("x.gz", bytes)]) == large)
  }

  @Test("that is cut off, changed, or followed by something else is refused")
  func damaged() throws {
    let bytes = try Self.compress(text)
    for length in [0, 1, 9, 10, bytes.count / 2, bytes.count - 8, bytes.count - 1] {
      #expect(throws: OCIError.self, "\(length)") { try Self.expand(Array(bytes.prefix(length))) }
    }
    #expect(throws: OCIError.self) { try Self.expand(bytes + [0]) }
    #expect(throws: OCIError.self) { try Self.expand(bytes + Array("hidden".utf8)) }
    var wrongSum = bytes
    wrongSum[bytes.count - 6] ^= 1
    #expect(throws: OCIError.self) { try Self.expand(wrongSum) }
  }

  @Test("that grows without measure is stopped")
  func bomb() throws {
    let sink = MemorySink()
    let gzip = GzipSink(sink, level: 9)
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    for _ in 0..<300 { try gzip.write(zeros) }
    try gzip.finish()
    let nothing = HashingSink()
    #expect { try nothing.copy(try GzipSource(MemorySource(sink.bytes))) } throws: { "\($0)".contains("bomb") }
    #expect(nothing.count <= 257 << 20)
    var limits = ArchiveLimits()
    limits.totalSize = 1 << 20
    #expect(throws: OCIError.self) { try Self.expand(sink.bytes, limits: limits) }
  }

  @Test("of any damage is read or refused, and never crashes the program")
  func fuzz() throws {
    var mutations = Dice(seed: 4)
    let seed = try Self.compress(Array(text.prefix(3000)))
    for _ in 0..<3000 {
      do { _ = try Self.expand(mutations.damaged(seed)) } catch is OCIError {}
    }
  }
}
