/// Opens WebSockets to an API server for ``HTTPTransport``, which knows only requests with an answer.
public protocol SocketConnector: Sendable {
  /// Connects, asks for one of the protocols, and returns when the server has agreed to one.
  ///
  /// - Parameters:
  ///   - request: whole, with its headers for authorization, impersonation and user agent.
  ///   - certificate: what the client shows while the TLS connection is made.
  /// - Throws: as ``APITransport/openSocket(_:protocols:)``.
  func openSocket(
    _ request: APIRequest, protocols: [String], to configuration: ClientConfiguration, certificate: ClientCertificate?
  ) async throws -> any APISocket
}
