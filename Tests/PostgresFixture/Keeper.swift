import Foundation
import Synchronization

/// A shell that outlives the test process for a moment: it holds the reading end of a pipe whose other end is this process,
/// and cleans up when that closes. A test process that is killed cannot do so itself.
final class Keeper: Sendable {
  private let pipe: Pipe
  private let process: Process

  /// - Parameters:
  ///   - script: run by `sh`; its standard input ends with this process.
  ///   - arguments: its `$1`, `$2`, …
  init(_ script: String, _ arguments: [String]) throws {
    pipe = Pipe()
    process = Process()
    // A child of this process must not hold the pipe open.
    _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "trap '' INT TERM HUP PIPE\n" + script, "sh"] + arguments
    process.standardInput = pipe
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    // A test may be run from a folder that is removed meanwhile.
    process.currentDirectoryURL = URL(filePath: "/")
    try process.run()
  }

  /// Tells the script a word, and returns when it has ended.
  func end(_ word: String) async {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { [self] in
        try? pipe.fileHandleForWriting.write(contentsOf: Data((word + "\n").utf8))
        try? pipe.fileHandleForWriting.close()
        process.waitUntilExit()
        continuation.resume()
      }
    }
  }

  var isRunning: Bool { process.isRunning }

  /// Removes a folder when this process ends.
  static func remove(_ folder: String) throws {
    let keeper = try Keeper("read -r word; rm -rf -- \"$1\"", [folder])
    kept.withLock { $0.append(keeper) }
  }

  /// For as long as the process lives.
  private static let kept = Mutex<[Keeper]>([])
}
