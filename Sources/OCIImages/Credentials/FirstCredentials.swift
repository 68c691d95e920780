/// Asks several sources, and takes the first answer.
public struct FirstCredentials: RegistryCredentialSource {
  private let sources: [any RegistryCredentialSource]

  public init(_ sources: [any RegistryCredentialSource]) { self.sources = sources }

  public func credentials(registry: String, repository: String) async throws -> RegistryCredentials? {
    for source in sources {
      if let found = try await source.credentials(registry: registry, repository: repository) { return found }
    }
    return nil
  }
}
