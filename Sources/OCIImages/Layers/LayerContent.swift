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

    /// By bytes, as files are named: canonically equivalent names are two.
    public static func == (a: Kind, b: Kind) -> Bool {
      switch (a, b) {
      case (.copy(let first), .copy(let second)), (.symbolicLink(let first), .symbolicLink(let second)):
        first.utf8.elementsEqual(second.utf8)
      case (.bytes(let first), .bytes(let second)): first == second
      case (.directory, .directory), (.removed, .removed), (.emptied, .emptied): true
      default: false
      }
    }
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

  public static func == (a: LayerContent, b: LayerContent) -> Bool {
    a.kind == b.kind && a.path.utf8.elementsEqual(b.path.utf8) && a.mode == b.mode && a.owner == b.owner
  }
}
