import MusterCore

/// Where credentials for registries come from.
public protocol RegistryCredentialSource: Sendable {
  /// The credentials for a repository; nil: none are known, and it is asked without any.
  ///
  /// - Throws: ``OCIError`` (`registry_credentials`, `image_file`): a file or helper that should have them is broken. No message
  ///   holds a secret.
  func credentials(registry: String, repository: String) async throws -> RegistryCredentials?
}

/// No credentials for anybody.
public struct AnonymousAccess: RegistryCredentialSource {
  public init() {}

  public func credentials(registry: String, repository: String) async throws -> RegistryCredentials? { nil }
}

/// Credentials that somebody gave for one registry; every other registry is asked without any.
public struct GivenCredentials: RegistryCredentialSource {
  private let registry: String
  private let given: RegistryCredentials

  /// - Parameter registry: the only one that ever sees them.
  public init(_ given: RegistryCredentials, registry: String) {
    self.given = given
    self.registry = registry.lowercased()
  }

  public func credentials(registry: String, repository: String) async throws -> RegistryCredentials? {
    registry == self.registry ? given : nil
  }
}
