import Synchronization
import Terminal

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Shows what a program writes to standard error as it comes, and keeps the beginning of it for `--output json`.
final class LogEcho: Sendable {
  private static let kept = 64 << 10
  private let output: Output
  private let bytes = Mutex(Data())

  init(_ output: Output) { self.output = output }

  var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

  func take(_ data: Data) {
    bytes.withLock { bytes in bytes.append(data.prefix(max(LogEcho.kept - bytes.count, 0))) }
    if output.mode == .table {
      try? output.messages.write(VisibleText.lines(String(decoding: data, as: UTF8.self)))
    }
  }
}
