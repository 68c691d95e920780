/// Which Kubernetes a server is.
///
/// Source of the format: `version.Info`.
public struct ServerVersion: Sendable, Hashable, Codable {
  /// As `1`.
  public var major: String
  /// As `20`, or `20+` for a vendor's build.
  public var minor: String
  /// As `v1.20.2`.
  public var gitVersion: String
  public var platform: String?

  public init(major: String, minor: String, gitVersion: String, platform: String? = nil) {
    self.major = major
    self.minor = minor
    self.gitVersion = gitVersion
    self.platform = platform
  }

  /// Whether it is this release or a later one.
  public func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
    let mine = (Int(self.major.prefix { $0.isNumber }) ?? 0, Int(self.minor.prefix { $0.isNumber }) ?? 0)
    return mine >= (major, minor)
  }
}
