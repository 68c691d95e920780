/// The file system that a path is on, or would be on once it is made.
public struct DiskFacts: Sendable, Hashable {
  /// The path that was asked for.
  public var path: String
  /// Where the file system is mounted.
  public var mount: String
  public var type: String
  public var isReadOnly: Bool
  /// Whether no program on it may be run.
  public var isNoExec: Bool
  /// Bytes.
  public var size: Int64
  /// Bytes that others than root may still write.
  public var free: Int64
  /// Nil if the file system makes them as they are needed.
  public var freeFiles: Int64?
}
