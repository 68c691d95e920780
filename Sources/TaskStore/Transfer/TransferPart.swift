/// The sorts of rows that make up a store, in the order in which they are copied.
enum TransferPart: Int, Sendable, CaseIterable {
  case task, verification, attempt, dependency, log
}

/// Where reading a part goes on: behind the row with these numbers, which order the part.
struct TransferCursor: Sendable {
  var first: Int64
  var second: Int64

  static let start = TransferCursor(first: -1, second: -1)
}

/// How much is read at a time: what fits into memory many times over, and is still worth a round trip.
enum TransferBatch {
  static let rows = 1000
  static let bytes = 16 << 20
}
