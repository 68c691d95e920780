import MusterCore
import NIOCore
import Synchronization

/// Bounds what waits for others in time.
enum Deadline {
  /// Runs `work`, and cancels it when `limit` is over.
  ///
  /// - Throws: what `work` throws; `deadline` with `sentence` when the time was over first.
  static func run<Result: Sendable>(
    within limit: Duration, time: any Timekeeper, sentence: @autoclosure @Sendable @escaping () -> String,
    _ work: @Sendable @escaping () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await work() }
      group.addTask {
        try await time.sleep(for: limit)
        throw KubernetesError(.deadline, sentence())
      }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }

  /// The whole body, which may pause for at most `idle` between two pieces.
  static func collect(
    _ body: APIBody, limit: Int, idle: Duration, time: any Timekeeper, doing words: String
  ) async throws -> ByteBuffer {
    let last = Progress(time.moment())
    return try await withThrowingTaskGroup(of: ByteBuffer.self) { group in
      defer { group.cancelAll() }
      group.addTask {
        var whole = ByteBuffer()
        for try await var piece in body {
          guard whole.readableBytes + piece.readableBytes <= limit else {
            throw KubernetesError(
              .badAnswer,
              "to \(words), the API server sends over \(limit) bytes; ask for less at a time, as with a limit")
          }
          if whole.readableBytes == 0 { whole = piece } else { whole.writeBuffer(&piece) }
          last.note(time.moment())
        }
        return whole
      }
      group.addTask { throw try await standstill(of: body, last, idle: idle, time: time, doing: words) }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }

  /// Gives each piece of a body away, which may pause for at most `idle` before each; how long `give` takes is not the
  /// server's fault and does not count.
  static func pass(
    _ body: APIBody, idle: Duration, time: any Timekeeper, doing words: String,
    to give: @Sendable @escaping (ByteBuffer) async throws -> Void
  ) async throws {
    let last = Progress(time.moment())
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      group.addTask {
        for try await piece in body {
          last.note(nil)
          try await give(piece)
          last.note(time.moment())
        }
      }
      group.addTask { throw try await standstill(of: body, last, idle: idle, time: time, doing: words) }
      try await group.next()
    }
  }

  /// Returns when nothing has come for too long, and gives the body up.
  private static func standstill(
    of body: APIBody, _ last: Progress, idle: Duration, time: any Timekeeper, doing words: String
  ) async throws -> KubernetesError {
    while true {
      let now = time.moment()
      let end = (last.moment ?? now) + idle
      if end <= now { break }
      try await time.sleep(until: end)
    }
    body.giveUp()
    return KubernetesError(
      .deadline,
      "to \(words), the API server began to answer and then sent nothing for \(idle.wholeMilliseconds) ms; "
        + "look at the server's load and at the network, or allow it a longer idle time")
  }

  /// When something last came; nil while it is worked on.
  private final class Progress: Sendable {
    private let state: Mutex<Moment?>

    init(_ moment: Moment) { state = Mutex(moment) }

    var moment: Moment? { state.withLock { $0 } }

    func note(_ moment: Moment?) { state.withLock { $0 = moment } }
  }
}
