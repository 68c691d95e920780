/// Labels that only a coordinator sets: whoever hands in a task may not give one whose name begins with ``prefix``.
public enum ReservedLabel {
  public static let prefix = "muster."
  /// Whose task it is: the namespace of the submitter's certificate. Without it, nobody's in particular.
  public static let namespace = "muster.namespace"
}
