import Certificates
import GRPCCore
import MusterCore
import Synchronization
import Trust
import X509

/// Judges certificates: who signed them, whether they hold now, whether they were revoked.
final class Guardian: Sendable {
  private let check: PeerCheck
  private let revocations = Mutex(Revocations())
  /// Intermediate authorities that good chains came with: a session that is resumed brings its own certificate alone.
  private let intermediates = Mutex<[Certificate]>([])
  private static let mostIntermediates = 2
  private let time: any Timekeeper

  struct Refusal: Sendable {
    let code: String
    let sentence: String
  }

  init(roots: [Certificate], time: any Timekeeper) {
    check = PeerCheck(roots: roots)
    self.time = time
  }

  func set(_ revocations: Revocations) { self.revocations.withLock { $0 = revocations } }

  /// - Parameter chain: as it was shown; nil if it cannot be read.
  func judge(_ chain: [Certificate]?) async -> PeerConnection.Verdict {
    guard let chain else { return Self.refused(.unreadable, nil) }
    let whole = chain.count == 1 ? chain + intermediates.withLock { $0 } : chain
    switch await check.path(of: whole, as: .client, at: time.timestamp()) {
    case .failure(let refusal): return Self.refused(refusal, chain.first)
    case .success(let path):
      let certificate = path[0]
      // Not what was shown beside them: two that lead nowhere would keep out the true ones.
      remember(path.dropFirst().dropLast())
      guard let identity = Identity(certificate) else {
        return .refused(
          code: "no_role",
          sentence:
            "the certificate of '\(certificate.commonName.prefix(64))' names no role that Muster knows (urn:muster:role:… in its subject alternative name); see docs/security.md, or get a token and join"
        )
      }
      let expires = Timestamp(certificate.notValidAfter)
      let serial = certificate.serialText
      if let refusal = refusal(identity, serial: serial, expires: expires, at: time.timestamp()) {
        return .refused(code: refusal.code, sentence: refusal.sentence)
      }
      return .known(identity, serial: serial, expires: expires)
    }
  }

  private func remember(_ shown: ArraySlice<Certificate>) {
    if shown.isEmpty { return }
    intermediates.withLock { known in
      for certificate in shown where known.count < Self.mostIntermediates && !known.contains(certificate) {
        known.append(certificate)
      }
    }
  }

  /// Why somebody whose certificate was good at the handshake is not taken any more; nil if he is.
  func refusal(_ identity: Identity, serial: String, expires: Timestamp, at now: Timestamp) -> Refusal? {
    if revocations.withLock({ $0.covers(identity, serial: serial) }) {
      return Refusal(
        code: "revoked",
        sentence:
          "the certificate of \(identity.words) was revoked; if that was a mistake, ask for a new token and \(Self.joining(identity.role))"
      )
    }
    if expires <= now {
      return Refusal(
        code: "expired",
        sentence:
          "the certificate of \(identity.words) expired at \(TimeWords.utc(expires)); ask for a new token and \(Self.joining(identity.role))"
      )
    }
    return nil
  }

  /// Looks anew at somebody whose call lasts.
  ///
  /// - Throws: `RPCError` if his certificate does not hold any more.
  func check(_ caller: Caller, at now: Timestamp) throws {
    guard case .known(let identity, let serial) = caller.standing,
      case .known(_, _, let expires)? = caller.connection?.shown,
      let refusal = refusal(identity, serial: serial, expires: expires, at: now)
    else { return }
    throw RPCError(code: .unauthenticated, message: refusal.sentence)
  }

  private static func joining(_ role: Role) -> String {
    role == .worker ? "join again: muster worker join" : "log in again: muster login"
  }

  private static func refused(_ refusal: PeerRefusal, _ certificate: Certificate?) -> PeerConnection.Verdict {
    let whose = "the certificate of '\((certificate?.commonName ?? "").prefix(64))'"
    let again = "ask for a new token, and join or log in again"
    let sentence =
      switch refusal {
      case .expired(let time): "\(whose) expired at \(TimeWords.utc(time)); \(again)"
      case .notYetValid(let time):
        "\(whose) is valid only from \(TimeWords.utc(time)); see that the clocks of both machines are right"
      case .foreign(let issuer):
        "\(whose) was signed by '\(issuer.prefix(80))', whom this coordinator does not trust: it belongs to another cluster, or the coordinator has a new authority; \(again)"
      case .wrongPurpose: "\(whose) is a server's, and a client's is needed; \(again)"
      case .wrongName, .unreadable: "a certificate was shown that cannot be read; \(again)"
      }
    return .refused(code: refusal.word, sentence: sentence)
  }
}
