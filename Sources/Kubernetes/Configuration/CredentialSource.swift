/// Where credentials come from: a file that rotates, a plugin, or a fixed value.
public protocol CredentialSource: Sendable {
  /// The credentials to use now. Cheap when they are fresh, so it may be called before every request.
  ///
  /// - Parameter forceRefresh: the server refused the last ones (401); ask the source again instead of a cache.
  /// - Throws: ``KubernetesError`` (`credentials`), `CancellationError`.
  func current(forceRefresh: Bool) async throws -> Credentials
}
