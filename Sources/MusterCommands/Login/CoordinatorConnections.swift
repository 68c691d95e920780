import CoordinatorAPI
import MusterCore
import Settings

/// To which coordinator a command speaks, and as whom.
struct CoordinatorConnections: Sendable {
  let addresses: [CoordinatorAddress]
  /// Nil: that of the login for each address.
  private let identity: IdentityFolder?
  private let isPlaintext: Bool
  private let environment: [String: String]

  /// - Parameters:
  ///   - coordinator: what the option says; nil: the variable, the file, the last login, the standard address.
  ///   - identity: what the option says.
  /// - Throws: ``APIError``, ``SettingsError``.
  init(coordinator: [CoordinatorAddress]?, identity: String?) throws {
    environment = CommandContext.current.environment
    var flags: [String: String] = [:]
    flags["identity"] = identity
    // Read here, so that every form of an address is understood, and handed on in the plain one.
    flags["coordinator"] = try (coordinator ?? Self.variable(environment))?.map(\.description).joined(separator: ",")
    let settings = try ConnectionSettings.load(.ofProcess(flags: flags, environment: environment, cores: 1))
    isPlaintext = settings.isPlaintext
    self.identity = settings.identity.map { IdentityFolder($0) }
    var addresses = settings.coordinator.map(CoordinatorAddress.init)
    if !settings.isCoordinatorGiven, !settings.isPlaintext {
      if let folder = self.identity, let known = try folder.facts()?.coordinator, !known.isEmpty {
        addresses = try CoordinatorAddress.list(parsing: known)
      } else if self.identity == nil, let current = Logins(environment).current {
        addresses = [current]
      }
    }
    self.addresses = addresses
  }

  private static func variable(_ environment: [String: String]) throws -> [CoordinatorAddress]? {
    guard let text = environment[CoordinatorOptions.variable], !text.isEmpty else { return nil }
    do {
      return try CoordinatorAddress.list(parsing: text)
    } catch {
      throw APIError(error.code, "\(CoordinatorOptions.variable): \(error.message)", details: error.details)
    }
  }

  /// The folder with the certificate that is shown to a coordinator; nil: none is.
  func folder(for address: CoordinatorAddress) -> IdentityFolder? {
    if isPlaintext { return nil }
    if let identity { return identity }
    let login = Logins(environment).identity(for: address)
    return login.exists ? login : nil
  }

  func security(_ address: CoordinatorAddress) throws -> ConnectionSecurity {
    guard let folder = folder(for: address) else { return .plaintext }
    return .tls(try folder.load())
  }

  /// Runs `body` with the first of them that answers.
  func connected<Answer: Sendable>(_ body: (CoordinatorClient) async throws -> Answer) async throws -> Answer {
    try await withCoordinator(at: addresses, security: security) { client in
      await renewIfDue(client.address)
      return try await body(client)
    }
  }

  /// Whoever uses his certificate keeps it: it is renewed in passing. If that fails, there is time to try again.
  private func renewIfDue(_ address: CoordinatorAddress) async {
    guard let folder = folder(for: address), (try? folder.renewal(at: SystemTime().timestamp()))?.isDue == true else {
      return
    }
    try? await Joining.renew(folder, at: address)
  }
}
