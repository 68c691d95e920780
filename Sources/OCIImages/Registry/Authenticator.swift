import MusterCore
import NIOCore

/// Knows, for each registry, how it wants to be told who asks, and keeps the tokens. Asked for the same token by many at once
/// it fetches it once.
actor Authenticator {
  private enum Scheme {
    case basic
    case bearer(realm: WebAddress, service: String?, scope: String?)
  }

  private struct Known {
    var scheme: Scheme
    var isPlain: Bool
  }

  private let link: HTTPLink
  private let configuration: RegistryConfiguration
  private var schemes: [String: Known] = [:]
  private var tokens = TokenCache()
  private var fetching: [TokenCache.Key: Task<Secret<String>, any Error>] = [:]

  init(link: HTTPLink, configuration: RegistryConfiguration) {
    self.link = link
    self.configuration = configuration
  }

  /// The `Authorization` field for a request; nil as long as the registry has not asked for any.
  ///
  /// - Throws: ``OCIError`` (`registry_credentials`, `registry_unreachable`, …).
  func header(registry: String, scopes: [TokenScope]) async throws -> Secret<String>? {
    guard let known = schemes[registry] else { return nil }
    switch known.scheme {
    case .basic: return try await basic(registry, scopes)
    case .bearer(let realm, let service, let scope):
      let key = TokenCache.Key(registry: registry, scopes: scopes.sorted())
      if let header = tokens.header(key, now: configuration.time.moment()) { return header }
      if let task = fetching[key] { return try await task.valueUnlessCancelled() }
      // Others may wait for it too, so it ends with none of those who do.
      let task = Task { [self] in
        defer { fetching[key] = nil }
        return try await fetch(key, realm: realm, service: service, scope: scope, isPlain: known.isPlain)
      }
      fetching[key] = task
      return try await task.valueUnlessCancelled()
    }
  }

  /// Takes in what a registry answered with its 401.
  ///
  /// - Parameter rejected: what it was told, and did not accept.
  /// - Throws: ``OCIError`` (`registry_credentials`, `image_unsupported`) if nothing better can be told to it.
  func learn(
    registry: String, isPlain: Bool, challenges: [Challenge], scopes: [TokenScope], rejected: Secret<String>?
  ) throws(OCIError) {
    if let rejected { tokens.reject(rejected, TokenCache.Key(registry: registry, scopes: scopes.sorted())) }
    if let bearer = challenges.first(where: { $0.scheme == "bearer" && $0.parameters["realm"] != nil }) {
      let text = bearer.parameters["realm"] ?? ""
      guard let realm = WebAddress(text) else {
        throw OCIError(
          .badAnswer,
          "\(registry) sends to a token service at '\(ImageReference.shown(text))', which is no address; tell who runs it"
        )
      }
      schemes[registry] = Known(
        scheme: .bearer(realm: realm, service: bearer.parameters["service"], scope: bearer.parameters["scope"]),
        isPlain: isPlain)
    } else if challenges.contains(where: { $0.scheme == "basic" }) {
      schemes[registry] = Known(scheme: .basic, isPlain: isPlain)
    } else {
      let asked = challenges.map(\.scheme).joined(separator: ", ")
      throw OCIError(
        .unsupported,
        "\(registry) wants to know who asks in a way that is not supported here (\(asked.isEmpty ? "it does not say how" : ImageReference.shown(asked))); Bearer and Basic are"
      )
    }
  }

  private func basic(_ registry: String, _ scopes: [TokenScope]) async throws -> Secret<String> {
    switch try await credentials(registry, scopes) {
    case .password(let user, let password)?: return TokenRequest.basic(user: user, password: password)
    case .registryToken(let token)?: return Secret("Bearer \(token.reveal())")
    case .identityToken?:
      throw OCIError(
        .credentials,
        "\(registry) wants a user name and a password, and what is stored for it is an identity token; log in again")
    case nil: throw Self.missing(registry)
    }
  }

  private func credentials(_ registry: String, _ scopes: [TokenScope]) async throws -> RegistryCredentials? {
    try await configuration.credentials.credentials(
      registry: registry, repository: scopes.last?.repository ?? "")
  }

  static func missing(_ registry: String) -> OCIError {
    OCIError(
      .credentials,
      "\(registry) wants a user name and a password, and none are known; log in with podman or docker, or give them")
  }

  private func fetch(
    _ key: TokenCache.Key, realm: WebAddress, service: String?, scope: String?, isPlain: Bool
  ) async throws -> Secret<String> {
    let credentials = try await credentials(key.registry, key.scopes)
    if case .registryToken(let token)? = credentials { return Secret("Bearer \(token.reveal())") }
    // Checked before every use and not only once: a password must not go out in the clear because a registry says so.
    guard realm.origin.isSecure || isPlain || configuration.host(realm.origin).isPlainHTTP else {
      throw OCIError(
        .refused,
        "\(key.registry) sends to a token service that is reached by plain http (\(realm)), where a password could be read on the way; nothing was sent to it"
      )
    }
    var wanted = key.scopes.map(\.description)
    if wanted.isEmpty, let scope { wanted = [String(scope.prefix(1000))] }
    let request = TokenRequest(
      realm: realm, service: service, scopes: wanted, credentials: credentials, client: configuration.userAgent)
    let asked = configuration.time.moment()
    let answer = try await TokenService(link: link, configuration: configuration).ask(
      request, registry: key.registry, hasCredentials: credentials != nil)
    let header = Secret("Bearer \(answer.token.reveal())")
    tokens.put(header, key, life: answer.life, asked: asked)
    return header
  }
}
