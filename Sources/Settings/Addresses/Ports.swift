/// The ports that are used unless something else is said.
public enum Ports {
  /// Both gRPC protocols.
  public static let muster = 50_055
  /// Muster's own protocol beside an original coordinator file, whose own port speaks the original one.
  public static let besideOriginal = 50_056
  /// HTTP: health, metrics, the API.
  public static let http = 8055
}
