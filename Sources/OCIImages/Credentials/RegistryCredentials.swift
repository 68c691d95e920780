import MusterCore

/// What proves to a registry who asks.
public enum RegistryCredentials: Sendable {
  case password(user: String, password: Secret<String>)
  /// An OAuth2 refresh token: traded at the registry's token service for one that opens a repository.
  case identityToken(Secret<String>)
  /// Sent as it is, as a bearer token.
  case registryToken(Secret<String>)
}
