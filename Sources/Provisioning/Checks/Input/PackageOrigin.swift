/// Where a machine gets the packages from that it needs.
public enum PackageOrigin: Sendable, Hashable {
  /// It needs none that it does not have.
  case none
  /// All are in the bundle.
  case bundle
  /// The bundle has none for its system; its own sources, which work, have these.
  case ownSources([String])
  /// Neither has them; why, as the end of a sentence.
  case nowhere([String], why: String)
  /// The bundle does not have them, and its own sources could not be tried; why, as the end of a sentence.
  case unknown([String], why: String)
}
