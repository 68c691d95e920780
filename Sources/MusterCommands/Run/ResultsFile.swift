import CoordinatorAPI

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

/// The output file of a batch: what earlier runs put into it, and a place for more.
final class ResultsFile: Sendable {
  let recorded: RecordedLines
  private let descriptor: Int32
  private let path: String

  /// Opens the file, or makes it; reads what it holds; cuts off a last line that a crash left unfinished.
  ///
  /// - Parameter retries: what did not end as done is to be done again.
  /// - Throws: ``CommandError`` when it cannot be written, is in use by another `muster run`, or holds something else.
  init(path: String, retries: Bool) async throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    self.path = path
    if descriptor < 0 { throw ResultsFile.failure(path, "open", errno) }
    do {
      // Two runs into one file would each do all the work.
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        throw CommandError(
          .unwritableFile, "another 'muster run' is writing '\(path)'; wait for it, or name another file with --output",
          details: ["file": path])
      }
      // First, so that every line that is left is a whole one.
      try ResultsFile.cutTornLine(descriptor, path)
      recorded = try await ResultsFile.read(path, retries: retries)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  func append(_ outcomes: [BatchOutcome]) throws {
    var rest = outcomes.flatMap { ResultLine.encode($0) }[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw ResultsFile.failure(path, "write", errno)
      }
      rest = rest.dropFirst(count)
    }
  }

  private static func read(_ path: String, retries: Bool) async throws -> RecordedLines {
    guard RegularFile.isOne(path) else { return RecordedLines() }
    var recorded = RecordedLines()
    // The largest result in base64, and more.
    var reader = try LineReader(path: path, maxLine: 1 << 30)
    while try await reader.fill() {
      while let line = try reader.buffered() {
        if let head = ResultLine.head(line.text) {
          recorded.add(head, retries: retries)
        } else if !line.isEmpty {
          throw CommandError(
            .unwritableFile,
            "line \(line.number) of '\(path)' is not a result of 'muster run'; name another file with --output",
            details: ["file": path, "line": "\(line.number)"])
        }
      }
    }
    return recorded
  }

  /// A line without its line break is one that was being written when the machine or the program stopped.
  private static func cutTornLine(_ descriptor: Int32, _ path: String) throws {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return }
    var end = status.st_size
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while end > 0 {
      let from = max(0, end - buffer.count)
      let count = pread(descriptor, &buffer, end - from, off_t(from))
      if count < 0 { throw failure(path, "read", errno) }
      if let last = buffer[..<count].lastIndex(of: 0x0A) {
        end = from + last + 1
        break
      }
      end = from
    }
    if end < status.st_size, ftruncate(descriptor, off_t(end)) != 0 { throw failure(path, "write", errno) }
  }

  private static func failure(_ path: String, _ verb: String, _ number: Int32) -> CommandError {
    CommandError(
      .unwritableFile, "cannot \(verb) '\(path)': \(String(cString: strerror(number)))", details: ["file": path])
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
