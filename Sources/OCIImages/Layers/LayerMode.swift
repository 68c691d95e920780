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
