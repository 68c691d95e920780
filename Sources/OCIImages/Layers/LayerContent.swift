/// Something at a path of an image.
public struct LayerContent: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// A file of this machine, or a folder with all that is in it. Links within the folder stay links.
    case copy(source: String)
    case bytes([UInt8])
    case directory
    case symbolicLink(target: String)
    /// Takes away what lower layers have there.
    case removed
    /// A folder of which nothing is left that lower layers have in it.
    case emptied
  }

  public var kind: Kind
  /// In the image; `/` in front may be left out. `..` is refused.
  public var path: String
  public var mode: LayerMode
  public var owner: LayerOwner

  public init(_ kind: Kind, at path: String, mode: LayerMode = .normal, owner: LayerOwner = .root) {
    self.kind = kind
    self.path = path
    self.mode = mode
    self.owner = owner
  }
}
