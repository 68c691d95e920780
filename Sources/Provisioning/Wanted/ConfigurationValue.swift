/// A value in k3s's config.yaml.
public enum ConfigurationValue: Sendable, Hashable {
  case text(String)
  case flag(Bool)
  case list([String])
  /// Something that Muster never writes.
  case other(String)

  /// For people.
  public var text: String {
    switch self {
    case .text(let text), .other(let text): text
    case .flag(let flag): "\(flag)"
    case .list(let list): list.joined(separator: ", ")
    }
  }
}
