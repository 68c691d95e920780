/// What a layer adds to those below it, and takes away.
public struct LayerRecipe: Sendable, Hashable {
  /// In any order; what comes later replaces what came before it at the same path.
  public var contents: [LayerContent]
  /// Stands in the image's history.
  public var comment: String

  public init(_ contents: [LayerContent], comment: String = "") {
    self.contents = contents
    self.comment = comment
  }
}

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

/// Who owns a file in an image, by number.
public struct LayerOwner: Sendable, Hashable {
  public var user: UInt32
  public var group: UInt32

  public init(user: UInt32, group: UInt32) {
    self.user = user
    self.group = group
  }

  public static let root = LayerOwner(user: 0, group: 0)
}

/// The permissions of files in an image.
public enum LayerMode: Sendable, Hashable {
  /// 755 for folders and what somebody may execute, 644 for the rest: the same whatever umask the files were made with.
  case normal
  /// As on this machine, with set-user-id and the like.
  case kept
  /// These 12 bits; a folder that is copied may also be entered by those who may read it.
  case exactly(UInt16)

  func bits(_ mode: UInt16, isDirectory: Bool) -> UInt16 {
    switch self {
    case .normal: return isDirectory || mode & 0o111 != 0 ? 0o755 : 0o644
    case .kept: return mode & 0o7777
    case .exactly(let bits): return (bits & 0o7777) | (isDirectory ? (bits & 0o444) >> 2 : 0)
    }
  }
}
