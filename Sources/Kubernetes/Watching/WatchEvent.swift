/// One change that a watch tells of.
public enum WatchEvent<Object: KubernetesObject>: Sendable {
  case added(Object)
  case modified(Object)
  /// The object as it was last.
  case deleted(Object)
  /// Nothing changed up to this version: a watch may be taken up from here.
  case bookmark(resourceVersion: String)

  /// What it is about; nil for a bookmark.
  public var object: Object? {
    switch self {
    case .added(let object), .modified(let object), .deleted(let object): object
    case .bookmark: nil
    }
  }
}
