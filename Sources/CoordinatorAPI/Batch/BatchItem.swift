#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// One task of a batch: a line of its inputs.
public struct BatchItem: Sendable, Hashable {
  /// 1 for the first line of the file, empty lines counted.
  public var line: UInt64
  /// The task's id, the same at every run of the same batch: that makes it safe to send an item again.
  public var id: String
  public var input: Data

  public init(line: UInt64, id: String, input: Data) {
    self.line = line
    self.id = id
    self.input = input
  }
}

/// Where a batch takes its items from, some at a time.
public protocol BatchSource: Sendable {
  /// The next items, in order: at least one, and no more than `limit`. Nil at the end.
  mutating func next(_ limit: Int) async throws -> [BatchItem]?
}
