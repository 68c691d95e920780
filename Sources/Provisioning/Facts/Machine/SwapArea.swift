/// A partition or file that the kernel swaps to.
public struct SwapArea: Sendable, Hashable {
  public var device: String
  /// Bytes.
  public var size: Int64
}
