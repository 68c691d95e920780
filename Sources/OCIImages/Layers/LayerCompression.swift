/// How a layer is compressed.
public enum LayerCompression: Sendable, Hashable {
  /// Not at all: fast, for places that are near.
  case none
  /// 1 (fast) to 9 (small).
  case gzip(level: Int)
}
