/// A command that is a link to k3s, where no such command exists.
public struct WantedLink: Sendable, Hashable {
  public var path: String
  public var target: String

  public init(_ path: String, to target: String) {
    self.path = path
    self.target = target
  }

  public var command: String { path.split(separator: "/").last.map(String.init) ?? path }
}
