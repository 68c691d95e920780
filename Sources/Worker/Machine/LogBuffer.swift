import Foundation

/// The part of an attempt's log that has not been sent, and the count of what was left out.
struct LogBuffer {
  private(set) var text = Data()
  /// Left out before ``text``, and behind it.
  private var droppedBefore: UInt64 = 0
  private var droppedAfter: UInt64 = 0
  /// Taken in since the attempt began, without what was left out.
  private(set) var total = 0

  var isEmpty: Bool { text.isEmpty && droppedBefore == 0 && droppedAfter == 0 }

  /// Takes in at most `room` bytes of `data`, and no more than `limit` over the whole attempt.
  /// - Returns: how many bytes were taken in.
  mutating func append(_ data: Data, limit: Int, room: Int) -> Int {
    // Behind a gap nothing is taken in until the text before the gap is sent: else the gap's place would be lost.
    let count = droppedAfter > 0 ? 0 : max(0, min(data.count, limit - total, room))
    text.append(data.prefix(count))
    total += count
    let left = UInt64(data.count - count)
    if text.isEmpty { droppedBefore += left } else { droppedAfter += left }
    return count
  }

  /// The oldest bytes, and how many were left out before them.
  mutating func take(upTo count: Int) -> (text: Data, dropped: UInt64) {
    let piece = Data(text.prefix(count))
    let dropped = droppedBefore
    text = Data(text.dropFirst(piece.count))
    droppedBefore = 0
    if text.isEmpty { swap(&droppedBefore, &droppedAfter) }
    return (piece, dropped)
  }
}
