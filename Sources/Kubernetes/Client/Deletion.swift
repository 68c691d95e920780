/// What a server says to a deletion.
public enum Deletion<Object: KubernetesObject>: Sendable {
  /// It is done.
  case done(Status)
  /// The object as it was, or as it is while it goes: look for its `deletionTimestamp`, or watch it.
  case returned(Object)
}
