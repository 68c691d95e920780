/// Credentials that never change.
public struct FixedCredentials: CredentialSource {
  private let credentials: Credentials

  /// - Parameter credentials: nothing for an anonymous client.
  public init(_ credentials: Credentials = Credentials()) { self.credentials = credentials }

  public func current(forceRefresh: Bool) async throws -> Credentials { credentials }
}
