import Foundation
import Synchronization

/// A shell that outlives the test process for a moment: it holds the reading end of a pipe whose other end is this process,
/// and cleans up when that closes. A test process that is killed cannot do so itself.
final class Keeper: Sendable {
  private let process: ChildProcess
  private let writing: Int32

  /// - Parameters:
  ///   - script: run by `sh`; its standard input ends with this process.
  ///   - arguments: its `$1`, `$2`, …
  init(_ script: String, _ arguments: [String]) throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw FixtureError("no pipe") }
    // Other children of this process must not hold the pipe open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    writing = ends[1]
    defer { close(ends[0]) }
    do {
      process = try ChildProcess(
        ["sh", "-c", "trap '' INT TERM HUP PIPE\n" + script, "sh"] + arguments, input: ends[0])
    } catch {
      close(ends[1])
      throw error
    }
  }

  /// Tells the script a word, or that this process is gone, and returns when the script has ended. To be called once,
  /// or never: then the pipe stays open as long as this process lives.
  func end(_ word: String?) async {
    if let word { _ = Array((word + "\n").utf8).withUnsafeBytes { write(writing, $0.baseAddress, $0.count) } }
    close(writing)
    _ = await process.waitForEnd()
  }
}
