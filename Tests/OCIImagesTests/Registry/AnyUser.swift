import MusterCore

@testable import OCIImages

/// The same user, `u` with the password `p`, for every registry: so that a test sees where they go.
struct AnyUser: RegistryCredentialSource {
  func credentials(registry: String, repository: String) async throws -> RegistryCredentials? {
    .password(user: "u", password: Secret("p"))
  }
}
