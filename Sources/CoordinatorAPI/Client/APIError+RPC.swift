import Certificates
import GRPCCore
import MusterCore

extension APIError {
  /// The metadata key under which a coordinator sends its own stable name for an error, beside gRPC's coarse status.
  public static let codeMetadataKey = "muster-code"

  /// What an error of the transport or of a remote handler means to a person who called the coordinator at `address`.
  ///
  /// Returns `error` itself when it is none of gRPC's, for example an error of the caller's own that passed through a stream.
  public static func translating(_ error: any Error, at address: CoordinatorAddress) -> any Error {
    guard let error = error as? RPCError else { return error }
    return APIError(error, at: address)
  }

  /// One sentence for somebody whose coordinator is not there.
  public static func noCoordinator(at addresses: [CoordinatorAddress], cause: (any Error)? = nil) -> APIError {
    let places = addresses.map(\.description).joined(separator: " or ")
    return APIError(
      .noCoordinator,
      "no coordinator answers at \(places); start one with 'muster up', "
        + "or name another with --coordinator HOST:PORT (MUSTER_COORDINATOR)",
      details: ["coordinator": addresses.map(\.description).joined(separator: ",")], cause: cause)
  }

  /// The coordinator has shown a certificate that is not taken.
  static func untrusted(_ address: CoordinatorAddress, _ refusal: PeerRefusal) -> APIError {
    APIError(
      .untrusted, PeerReport.sentence(refusal, at: address),
      details: ["coordinator": address.description, "reason": refusal.word])
  }

  static func speaksNoTLS(_ address: CoordinatorAddress, cure: String) -> APIError {
    APIError(
      .untrusted, "what listens at \(address) does not speak TLS; \(cure)",
      details: ["coordinator": address.description])
  }

  /// The client has no certificate, and the coordinator wants one.
  static func wantsTLS(_ address: CoordinatorAddress, isWorker: Bool) -> APIError {
    APIError(
      .denied,
      "the coordinator at \(address) speaks TLS and wants to know who you are; get a token from its administrator, then run: muster \(isWorker ? "worker join" : "login") --token … \(address) (or name the folder of your certificate with --identity)",
      details: ["coordinator": address.description])
  }

  init(_ error: RPCError, at address: CoordinatorAddress) {
    let details = ["coordinator": address.description]
    let said = error.message.isEmpty ? "no reason given" : error.message
    if let told = error.metadata[stringValues: APIError.codeMetadataKey].first(where: { _ in true }) {
      self.init(.told(told), said, details: details, cause: error)
      return
    }
    switch error.code {
    // A server that stops cancels the calls that it still serves.
    case .unavailable, .cancelled:
      self.init(
        .connectionLost, "the connection to the coordinator at \(address) broke; try again", details: details,
        cause: error)
    case .deadlineExceeded:
      self.init(
        .connectionLost, "the coordinator at \(address) did not answer in time; try again", details: details,
        cause: error)
    case .unimplemented:
      self.init(
        .notMuster,
        "what listens at \(address) does not offer this call (\(said)); "
          + "it is not a Muster coordinator, or one of another release: see 'muster coordinator status'",
        details: details, cause: error)
    case .notFound: self.init(.notFound, said, details: details, cause: error)
    case .invalidArgument, .outOfRange: self.init(.invalidArgument, said, details: details, cause: error)
    case .failedPrecondition, .alreadyExists, .aborted:
      self.init(.failedPrecondition, said, details: details, cause: error)
    case .permissionDenied, .unauthenticated: self.init(.denied, said, details: details, cause: error)
    case .resourceExhausted: self.init(.overLimit, said, details: details, cause: error)
    default:
      self.init(
        .internalError, "the coordinator at \(address) failed: \(said) (\(error.code))", details: details, cause: error)
    }
  }
}
