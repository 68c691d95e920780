import Foundation
import Logging
import MusterCore
import ServiceLifecycle

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Keeps a worker's ready file true as long as it runs: written anew at every change, and every few seconds.
///
/// A reader finds a whole file at any time: it is written beside and put in its place. A worker that has left in order removes
/// it; one that failed, or was killed, leaves its last word.
public struct ReadinessFile: Service {
  /// How often it is written when nothing changes.
  public static let pace: Duration = .seconds(2)

  private let path: String
  private let board: ReadinessBoard
  private let time: any Timekeeper
  private let logger: Logger
  private var draft: String { path + ".new" }

  public init(path: String, board: ReadinessBoard, time: any Timekeeper = SystemTime(), logger: Logger) {
    self.path = path
    self.board = board
    self.time = time
    self.logger = logger
  }

  /// Writes it once.
  ///
  /// - Throws: ``WorkerError`` (`unwritable_file`), one sentence that names the file.
  public func write() throws(WorkerError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let bytes = Array((try? encoder.encode(board.record)) ?? Data()) + [0x0A]
    // Not through a link that somebody has put there, in a folder that is not ours alone.
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw unwritable(errno) }
    // Not synced: it says nothing of use after a power cut, and an fsync every few seconds wears out a disk.
    let written = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
    let failure = written < 0 ? errno : ENOSPC
    close(descriptor)
    guard written == bytes.count else { throw unwritable(failure) }
    guard rename(draft, path) == 0 else { throw unwritable(errno) }
  }

  private func unwritable(_ number: Int32) -> WorkerError {
    let reason = String(cString: strerror(number))
    return WorkerError(
      .unwritableFile, "The ready file '\(path)' cannot be written: \(reason).", details: ["file": path])
  }

  /// Until a graceful shutdown of everything that was started after it, or until it is cancelled.
  public func run() async {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        group.addTask {
          while true {
            do { try await time.sleep(for: Self.pace) } catch { return }
            board.bell.ring()
          }
        }
        var isFailing = false
        while !Task.isCancelled {
          do throws(WorkerError) {
            try write()
            isFailing = false
          } catch {
            if !isFailing { logger.error("\(error.message) Whoever looks at it takes this worker for dead.") }
            isFailing = true
          }
          await board.bell.wait()
        }
        group.cancelAll()
      }
    }
    if Task.isShuttingDownGracefully {
      unlink(draft)
      unlink(path)
    } else {
      // The last word of a worker that ends by an error is that error.
      try? write()
    }
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
