import Certificates
import GRPCCore
import Logging
import MusterCore
import NIOCore
import Synchronization
import Trust
import X509

/// One listener: who may come in, who is there, and who makes a call.
final class Door: Sendable {
  let listener: CoordinatorConfiguration.Listener
  /// Nil: no TLS.
  let guardian: Guardian?
  private let ledger: SharedLedger
  private let refusals: RefusalCounts
  private let time: any Timekeeper
  private let connections = Mutex<[String: PeerConnection]>([:])
  private let assembly = AssemblyBudget(limit: 512 << 20)

  /// The most calls of somebody without a valid certificate over one connection: joining takes two or three.
  static let mostStrangeCalls = 20

  init(
    _ listener: CoordinatorConfiguration.Listener, guardian: Guardian?, ledger: SharedLedger, refusals: RefusalCounts,
    time: any Timekeeper
  ) {
    self.listener = listener
    self.guardian = guardian
    self.ledger = ledger
    self.refusals = refusals
    self.time = time
  }

  // MARK: Connections

  /// Counts a connection in; nil if there are too many, or they come too fast: then it is to be closed.
  func admit(_ channel: any Channel) -> PeerConnection? {
    let host = PeerText.host(channel.remoteAddress)
    switch ledger.opened(host, at: time.moment()) {
    case .admitted: break
    case .tooManyConnections:
      refusals.count("too_many_connections", "there are as many connections as there may be", address: host)
      return nil
    case .tooManyStrangers:
      refusals.count(
        "too_many_strangers", "there are as many connections of strangers as there may be", address: host)
      return nil
    case .tooManyConnectionsOfAddress:
      refusals.count(
        "too_many_connections_of_address", "there are as many connections from \(host) as there may be", address: host)
      return nil
    case .tooManyHandshakes:
      refusals.count("too_many_handshakes", "new connections from \(host) come too fast", address: host)
      return nil
    }
    let connection = PeerConnection(address: host, channel: channel, assembly: assembly)
    let key = PeerText.key(channel)
    let isNew = connections.withLock { connections in
      guard connections[key] == nil else { return false }
      connections[key] = connection
      return true
    }
    channel.closeFuture.whenComplete { [self] _ in
      connections.withLock { if $0[key] === connection { $0[key] = nil } }
      // Known from now on: what is counted out here is not counted out again when its certificate was judged.
      ledger.closed(host, isKnown: !connection.becomeKnown(), at: time.moment())
    }
    // The system gives no two connections the same ends; if it did, calls of one would be taken for the other's.
    guard isNew else { return nil }
    if guardian == nil { identified(connection) }
    return connection
  }

  /// It is known who has made a connection: it does not count among those of strangers any more.
  func identified(_ connection: PeerConnection) {
    guard connection.becomeKnown() else { return }
    ledger.identified(connection.address)
  }

  /// The handshake is over: the peer has proved that the certificate is its own.
  func confirm(_ connection: PeerConnection) {
    connection.confirm()
    if case .known = connection.verdict { identified(connection) }
  }

  /// What the calls of a connection may have of messages that are not whole yet.
  func assembly(of channel: any Channel) -> AssemblyBudget {
    let key = PeerText.key(channel)
    return connections.withLock { $0[key]?.assembly } ?? assembly
  }

  /// What the handshake has shown.
  func judge(_ chain: [Certificate]?, of connection: PeerConnection) async {
    guard let guardian else { return }
    let verdict = await guardian.judge(chain)
    connection.set(verdict)
    if case .refused(let code, let sentence) = verdict {
      refusals.count(code, sentence, address: connection.address)
    }
  }

  /// Something was said that is no TLS where it should be, or the reverse.
  func countWrongProtocol(_ connection: PeerConnection, tls: Bool) {
    refusals.count(
      tls ? "tls_to_plaintext" : "plaintext_to_tls",
      tls
        ? "somebody spoke TLS to \(listener.host):\(listener.port), which has none"
        : "somebody spoke without TLS to \(listener.host):\(listener.port), which takes only that",
      address: connection.address)
  }

  func countFailedHandshake(_ connection: PeerConnection, _ reason: String) {
    refusals.count("failed_handshake", "a TLS handshake failed: \(reason)", address: connection.address)
  }

  func countTooMuch() {
    refusals.count(
      "too_much_in_assembly", "calls have begun more large messages than there is room for; one was cut", address: "")
  }

  func countSilence(_ connection: PeerConnection) {
    refusals.count("silent_connection", "a connection came and said nothing in time", address: connection.address)
  }

  /// Cuts the connections whose certificate has ended or was revoked.
  ///
  /// - Returns: whose they were, one for each.
  func cutInvalid(at now: Timestamp, sparing spared: PeerConnection? = nil) -> [Identity] {
    guard let guardian else { return [] }
    let all = connections.withLock { Array($0.values) }.filter { $0 !== spared }
    var cut: [Identity] = []
    for connection in all {
      guard case .known(let identity, let serial, let expires) = connection.shown,
        let refusal = guardian.refusal(identity, serial: serial, expires: expires, at: now)
      else { continue }
      refusals.count(
        refusal.code == "expired" ? "certificate_ended" : refusal.code,
        refusal.code == "expired"
          ? "the certificate with which \(identity.words) connected has ended; it comes again with its newer one, if it has one"
          : refusal.sentence, address: connection.address)
      connection.close()
      // One that has not proved that the certificate is its own is not the owner's.
      if case .known = connection.verdict { cut.append(identity) }
    }
    return cut
  }

  // MARK: Calls

  /// - Parameters:
  ///   - remote: the peer's end of the connection, as the transport names it.
  ///   - local: ours.
  func caller(_ remote: String, _ local: String) -> Caller {
    let key = PeerText.key(remote, local)
    guard let connection = connections.withLock({ $0[key] }) else {
      return Caller(
        standing: .stranger(code: "unknown_connection", sentence: "this connection is being closed; connect again"),
        connection: nil)
    }
    guard let guardian else { return Caller(standing: .trusted, connection: connection) }
    switch connection.verdict {
    case .known(let identity, let serial, let expires):
      if let refusal = guardian.refusal(identity, serial: serial, expires: expires, at: time.timestamp()) {
        return Caller(standing: .stranger(code: refusal.code, sentence: refusal.sentence), connection: connection)
      }
      return Caller(standing: .known(identity, serial: serial), connection: connection)
    case .refused(let code, let sentence):
      return Caller(standing: .stranger(code: code, sentence: sentence), connection: connection)
    case .none:
      return Caller(
        standing: .stranger(
          code: "no_certificate",
          sentence:
            "this coordinator wants a certificate and none was shown; get a token from its administrator, then 'muster worker join --token … HOST:PORT' on a worker, 'muster login --token … HOST:PORT' for a person"
        ), connection: connection)
    }
  }

  /// Why a call is not carried out; nil if it is. What is refused is counted.
  func refusal(_ caller: Caller, _ method: MethodDescriptor) -> RPCError? {
    if let connection = caller.connection, !listener.admits(connection.address) {
      let sentence =
        "this listener takes callers from \(listener.allow.map(\.description).joined(separator: ", ")) only, and \(connection.address) is none of them; add it to 'allow' under 'listen' in the coordinator's file"
      refusals.count("not_allowed_address", sentence, address: connection.address)
      return RPCError(code: .permissionDenied, message: sentence)
    }
    if case .stranger(let code, let sentence) = caller.standing {
      if let connection = caller.connection, connection.countStrangeCall() > Self.mostStrangeCalls {
        connection.close()
        return RPCError(code: .unauthenticated, message: sentence)
      }
      if MethodRights.rule(method) != .anybody { refusals.count(code, sentence, address: caller.address) }
    }
    guard let refusal = MethodRights.refusal(caller, method) else { return nil }
    if case .known = caller.standing { refusals.count("wrong_role", refusal.message, address: caller.address) }
    return refusal
  }
}

/// The count of connections, which all listeners share.
final class SharedLedger: Sendable {
  private let ledger: Mutex<ConnectionLedger>

  init(_ limits: ConnectionLedger.Limits) { ledger = Mutex(ConnectionLedger(limits)) }

  func opened(_ address: String, at now: Moment) -> ConnectionLedger.Answer {
    ledger.withLock { $0.opened(address, at: now) }
  }

  func identified(_ address: String) { ledger.withLock { $0.identified(address) } }

  func closed(_ address: String, isKnown: Bool, at now: Moment) {
    ledger.withLock { $0.closed(address, isKnown: isKnown, at: now) }
  }

  var connections: Int { ledger.withLock { $0.connections } }
}
