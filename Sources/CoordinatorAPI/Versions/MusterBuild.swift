/// Which Muster this is. The one place where the version stands.
public enum MusterBuild {
  /// Semantic version, as `muster version` prints it and as greetings carry it.
  public static let version = "0.1.0"
}
