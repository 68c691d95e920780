import Certificates
import GRPCCore
import MusterCore
import X509

/// Trades a token for a certificate, and certificates for newer ones.
public enum Joining {
  /// Finds the coordinator's authority by the token's fingerprint, shows the token to nobody else, and keeps what comes
  /// back in `folder`.
  ///
  /// Safe to repeat after a failure: the folder's key stays the same, and the token is used up once.
  ///
  /// - Parameters:
  ///   - fingerprint: of the authority's key, from the token.
  ///   - secret: of the token.
  ///   - isWorker: a worker's certificate is wanted; a token for something else is then refused, and not used up.
  /// - Throws: ``APIError`` in one sentence that says what to do.
  public static func join(
    at address: CoordinatorAddress, tokenID: String, secret: Secret<[UInt8]>, fingerprint: [UInt8], name: String,
    isWorker: Bool, into folder: IdentityFolder
  ) async throws -> Muster_V1_Credentials {
    let authority = try await authority(at: address, fingerprint: fingerprint)
    let key = try folder.key()
    let request = try key.request()
    let answer = try await call(at: address, TLSIdentity(authorities: [authority])) { client, options in
      try await client.join(
        .with {
          $0.tokenID = tokenID
          $0.tokenSecret = .init(secret.reveal())
          $0.request = .init(request)
          $0.name = name
          $0.worker = isWorker
        }, options: options)
    }
    // The authority that was pinned must be among those that are trusted from now on.
    let given = try Certificate.all(inPEM: answer.authority, of: "the coordinator's answer")
    guard given.contains(where: { $0.keyFingerprint == fingerprint }) else {
      throw APIError(
        .internalError, "the coordinator at \(address) named other authorities than the token; nothing was kept")
    }
    try folder.save(answer, coordinator: address.description)
    return answer
  }

  /// Asks for a new certificate of the folder's key, and keeps it.
  public static func renew(_ folder: IdentityFolder, at address: CoordinatorAddress) async throws {
    let identity = try folder.load()
    guard let request = try identity.key?.request() else { return }
    let answer = try await call(at: address, identity) { client, options in
      try await client.renew(.with { $0.request = .init(request) }, options: options)
    }
    let before = try folder.facts()?.coordinator
    try folder.save(answer, coordinator: before ?? address.description)
  }

  /// The authority behind whoever listens there, if its key has the fingerprint.
  private static func authority(at address: CoordinatorAddress, fingerprint: [UInt8]) async throws -> Certificate {
    switch await TransportProbe.look(at: address) {
    case .nobody: throw APIError.noCoordinator(at: [address])
    case .otherwise:
      throw APIError.speaksNoTLS(
        address, cure: "a token is only shown over TLS: its operator makes a certificate with 'muster coordinator init'"
      )
    case .tls(let chain):
      guard let authority = chain.first(where: { $0.keyFingerprint == fingerprint }) else {
        throw APIError(
          .untrusted,
          "the coordinator at \(address) is not the one that the token is for: its authority's key has another fingerprint; the token was not shown to it. Check the address, and ask for a new token if the coordinator has a new authority",
          details: ["coordinator": address.description])
      }
      return authority
    }
  }

  private static func call<Answer: Sendable>(
    at address: CoordinatorAddress, _ identity: TLSIdentity,
    _ body:
      @Sendable @escaping (Muster_V1_Trust.Client<CoordinatorTransport.Transport>, CallOptions) async throws -> Answer
  ) async throws -> Answer {
    let report = PeerReport(authorities: identity.authorities, host: address.host)
    let transport = try CoordinatorTransport.make(to: address, security: .tls(identity), report: report)
    var options = CallOptions.defaults
    options.timeout = .seconds(20)
    let bounded = options
    do {
      return try await withCancellableClient(transport: transport) { grpc in
        try await body(Muster_V1_Trust.Client(wrapping: grpc), bounded)
      }
    } catch {
      if Task.isCancelled { throw CancellationError() }
      if let refusal = report.lastRefusal { throw APIError.untrusted(address, refusal) }
      throw APIError.translating(error, at: address)
    }
  }
}
