/// A file, a folder or a program of this machine, and where it stands in the image.
public struct ImageFile: Sendable, Hashable {
  /// Absolute, or seen from the working directory.
  public var source: String
  /// In the image; absolute.
  public var path: String
  /// The twelve bits of its permissions. Nil: 755 for folders and what somebody may execute, 644 for the rest.
  public var mode: UInt16?

  public init(source: String, path: String, mode: UInt16? = nil) {
    self.source = source
    self.path = path
    self.mode = mode
  }
}
