import CoordinatorAPI
import DequeModule
import Foundation
import TaskModel
import TaskStore

/// Inputs over 64 KiB on their way to a worker, a piece a frame, so that other frames get through between them.
struct InputChunks {
  /// Bytes of a piece, and the largest payload that travels inside its message.
  static let size = 64 * 1024

  private var waiting: Deque<(token: Token, data: Data, offset: Int)> = []

  var isEmpty: Bool { waiting.isEmpty }

  /// Takes the task's input if it does not fit into its assignment.
  mutating func add(_ task: ClaimedTask) throws {
    guard task.input.size > Self.size else { return }
    // A file is mapped, not read: memory holds only the piece that is being sent.
    waiting.append((task.token, try task.input.load(), 0))
  }

  /// The next piece of the input that came first.
  mutating func next() throws -> Muster_V1_PayloadChunk? {
    guard let (token, data, offset) = waiting.popFirst() else { return nil }
    let end = min(offset + Self.size, data.count)
    let chunk = Muster_V1_PayloadChunk.with {
      $0.epoch = token.epoch
      $0.number = token.number
      $0.data = Data(data[data.startIndex + offset..<data.startIndex + end])
      $0.last = end == data.count
    }
    if end < data.count { waiting.prepend((token, data, end)) }
    return chunk
  }
}
