import CKeeper

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How a program under the keeper came to its end.
struct ProgramEnd: Sendable {
  enum Way: Sendable {
    case reported(muster_report)
    /// The keeper has died, and with it the programs.
    case keeperLost
    case hostClosed
  }

  var way: Way
  /// What it wrote to stdout, where that is kept; at most the limit and one more byte.
  var captured: [UInt8] = []
  /// The last bytes of its log.
  var tail: [UInt8] = []
}

/// The worker's side of a program that runs: its pipes, and who waits for its end.
///
/// It holds both ends of each pipe until the report: a pipe whose writers are gone would wake the thread once more for
/// nothing, since only the report says that no process is left.
///
/// Unchecked: after it was registered, only the connection's thread touches it.
final class RunningProgram: @unchecked Sendable {
  /// Enough for the line that a failed program leaves.
  private static let tailSize = 1024
  /// What is read after the end, at most: more than a pipe holds, so that nothing written in time is lost, and not
  /// endless if a process that could not be killed goes on writing.
  private static let leftoverLimit = 1 << 20

  let log: Pipe
  /// Nil if stdout goes to the log.
  let stdout: Pipe?
  private let captureLimit: Int
  private var captured: [UInt8] = []
  private var tail: [UInt8] = []
  private let deliver: @Sendable ([UInt8]) -> Void
  private let continuation: CheckedContinuation<ProgramEnd, Never>

  /// - Parameters:
  ///   - log, stdout: closed at the end.
  init(
    log: Pipe, stdout: Pipe?, captureLimit: Int,
    deliver: @escaping @Sendable ([UInt8]) -> Void, continuation: CheckedContinuation<ProgramEnd, Never>
  ) {
    self.log = log
    self.stdout = stdout
    self.captureLimit = max(captureLimit, 0)
    self.deliver = deliver
    self.continuation = continuation
  }

  /// Takes what fits into `buffer` from the log. Returns false when there is nothing more now.
  func readLog(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
    let count = read(log.reading, buffer.baseAddress, buffer.count)
    guard count > 0 else { return count < 0 && errno == EINTR }
    let bytes = [UInt8](UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    tail = bytes.count >= Self.tailSize ? bytes.suffix(Self.tailSize) : (tail + bytes).suffix(Self.tailSize)
    deliver(bytes)
    return true
  }

  /// The same for a captured stdout; what is over the limit is thrown away.
  func readStdout(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
    guard let stdout else { return false }
    let count = read(stdout.reading, buffer.baseAddress, buffer.count)
    guard count > 0 else { return count < 0 && errno == EINTR }
    let room = (captureLimit == .max ? .max : captureLimit + 1) - captured.count
    captured.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<min(count, room)]))
    return true
  }

  /// Takes the last of the pipes and wakes who waits.
  func end(_ way: ProgramEnd.Way, _ buffer: UnsafeMutableRawBufferPointer) {
    var left = Self.leftoverLimit
    while left > 0 && readLog(buffer) { left -= buffer.count }
    left = Self.leftoverLimit
    while left > 0 && readStdout(buffer) { left -= buffer.count }
    log.close()
    stdout?.close()
    continuation.resume(returning: ProgramEnd(way: way, captured: captured, tail: tail))
  }
}
