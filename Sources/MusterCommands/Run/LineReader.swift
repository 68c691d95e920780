import MusterCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The lines of a file or a pipe, numbered from 1, without holding more than a piece of it in memory.
struct LineReader: Sendable {
  struct Line: Sendable, Hashable {
    let number: UInt64
    /// Without its line break.
    let text: Data

    var isEmpty: Bool { text.isEmpty || text.elementsEqual([0x0D]) }
  }

  private static let piece = 1 << 18

  private let file: OpenFile
  /// Bytes of the longest line that is taken: without a bound, one file without line breaks would fill the memory.
  private let maxLine: Int
  private var buffer: [UInt8] = []
  /// Where the next line begins in `buffer`.
  private var start = 0
  /// Up to where `buffer` holds no line break.
  private var searched = 0
  private var number: UInt64 = 0
  private var isAtEnd = false

  /// - Parameter path: `-` is standard input.
  /// - Throws: ``CommandError`` (`unreadable_file`).
  init(path: String, maxLine: Int = 64 << 20) throws {
    file = try OpenFile(reading: path)
    self.maxLine = maxLine
  }

  /// The next line that is already in memory; nil when more must be read first (see ``fill()``) or none is left.
  mutating func buffered() throws -> Line? {
    if let end = nextBreak() {
      defer {
        start = end + 1
        searched = start
      }
      return line(upTo: end)
    }
    if isAtEnd, start < buffer.count {
      defer {
        start = buffer.count
        searched = start
      }
      return line(upTo: buffer.count)
    }
    if buffer.count - start > maxLine {
      throw CommandError(
        .unreadableFile, "line \(number + 1) of \(file.name) is longer than \(ByteSizeText.text(UInt64(maxLine)))")
    }
    return nil
  }

  /// Reads more. False at the end.
  mutating func fill() async throws -> Bool {
    if isAtEnd { return false }
    if start > 0 {
      buffer.removeFirst(start)
      searched -= start
      start = 0
    }
    let new = try await file.read(upTo: LineReader.piece)
    if new.isEmpty {
      isAtEnd = true
      return start < buffer.count
    }
    buffer += new
    return true
  }

  private mutating func line(upTo end: Int) -> Line {
    number += 1
    return Line(number: number, text: Data(buffer[start..<end]))
  }

  private mutating func nextBreak() -> Int? {
    let from = searched
    let found: Int? = buffer.withUnsafeBytes { bytes in
      guard from < bytes.count, let base = bytes.baseAddress,
        let place = memchr(base + from, 0x0A, bytes.count - from)
      else { return nil }
      return UnsafeRawPointer(place) - base
    }
    searched = found ?? buffer.count
    return found
  }
}
