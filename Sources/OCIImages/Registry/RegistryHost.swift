/// How to reach one registry. Without any settings: by https, with a certificate that this machine trusts.
public struct RegistryHost: Sendable, Hashable {
  /// Passwords and images go in the clear, and anybody on the way can change both. Not even a registry at `localhost` is
  /// spoken to like this unless it is said.
  public var isPlainHTTP: Bool
  /// PEM files of certificate authorities that are trusted besides those of this machine.
  public var certificateAuthorityFiles: [String]

  public init(isPlainHTTP: Bool = false, certificateAuthorityFiles: [String] = []) {
    self.isPlainHTTP = isPlainHTTP
    self.certificateAuthorityFiles = certificateAuthorityFiles
  }
}
