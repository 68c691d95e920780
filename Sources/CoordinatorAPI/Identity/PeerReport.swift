import Certificates
import MusterCore
import NIOCore
import NIOSSL
import Synchronization
import X509

/// Checks the certificate that a coordinator shows, and remembers what was wrong with it: a TLS library would only say that
/// the handshake failed.
public final class PeerReport: Sendable {
  private let refusal = Mutex<PeerRefusal?>(nil)
  private let check: PeerCheck
  private let name: ServerName?

  /// - Parameter host: the name or address that is connected to.
  init(authorities: [Certificate], host: String) {
    check = PeerCheck(roots: authorities)
    name = try? ServerName(host)
  }

  /// What was wrong with the last certificate that was not taken; nil: none was.
  public var lastRefusal: PeerRefusal? { refusal.withLock { $0 } }

  func verify(_ shown: [NIOSSLCertificate], _ promise: EventLoopPromise<NIOSSLVerificationResultWithMetadata>) {
    let chain = PeerCheck.certificates(shown.map { (try? $0.toDERBytes()) ?? [] })
    Task {
      // A host whose name cannot be one is nobody's, and no certificate covers it.
      let answer = await check.check(
        name == nil ? [] : chain ?? [], as: .server(name), at: SystemTime().timestamp())
      switch answer {
      case .success: promise.succeed(.certificateVerified(VerificationMetadata(nil)))
      case .failure(let why):
        refusal.withLock { $0 = why }
        promise.succeed(.failed)
      }
    }
  }

  /// In a sentence, for the one whose connection it was.
  public static func sentence(_ refusal: PeerRefusal, at address: CoordinatorAddress) -> String {
    let whose = "the certificate of the coordinator at \(address)"
    return switch refusal {
    case .expired(let time):
      "\(whose) expired at \(TimeWords.utc(time)); its operator must renew it: muster coordinator init"
    case .notYetValid(let time):
      "\(whose) is valid only from \(TimeWords.utc(time)); see that the clocks of both machines are right"
    case .foreign:
      "\(whose) was signed by an authority that is not trusted here: it is another coordinator, or it has a new authority; get a new token from its administrator, and join or log in again"
    case .wrongName(let wanted, let names):
      "\(whose) is for \(names.map(\.description).joined(separator: ", ")) and not for \(wanted); use one of those names, or let its operator add this one: muster coordinator init --name \(wanted)"
    case .wrongPurpose: "\(whose) is a client's; whoever listens there is not a coordinator"
    case .unreadable: "\(whose) cannot be read"
    }
  }
}
