import CoordinatorAPI
import GRPCCore
import MusterCore
import Trust

/// Who made a call, and over which connection.
struct Caller: ServerContext.TransportSpecific, Sendable {
  /// How he is known.
  enum Standing: Sendable {
    /// Over a listener without TLS: everybody who reaches it may do everything there.
    case trusted
    /// By a certificate that is valid.
    case known(Identity, serial: String)
    /// Without a certificate, or with one that is not taken: why, in a sentence, and by which name it is counted.
    case stranger(code: String, sentence: String)
  }

  let standing: Standing
  /// Nil in tests without a network.
  let connection: PeerConnection?
  /// The address he calls from, without the port; empty in tests without a network.
  var address: String { connection?.address ?? "" }

  /// For calls within one process.
  static let inProcess = Caller(standing: .trusted, connection: nil)

  var identity: Identity? {
    if case .known(let identity, _) = standing { identity } else { nil }
  }

  /// The only namespace whose tasks he may see and change; nil: all.
  var namespace: String? { identity?.namespace }

  /// For the audit log and for messages: `worker 'node1'`.
  var words: String {
    switch standing {
    case .trusted: "anybody (no TLS)"
    case .known(let identity, _): identity.words
    case .stranger: "a stranger"
    }
  }
}

extension ServerContext {
  /// Who made this call. Where no interceptor has said it, nobody is trusted.
  var caller: Caller {
    transportSpecific as? Caller
      ?? Caller(standing: .stranger(code: "unknown", sentence: "nobody saw to who makes this call"), connection: nil)
  }
}
