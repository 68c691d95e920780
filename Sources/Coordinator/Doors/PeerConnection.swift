import MusterCore
import NIOCore
import Synchronization
import Trust

/// Stands first in a connection's pipeline, where the socket is: closed from here, nothing after it is asked.
final class SocketEnd: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer
}

/// One connection, and what is known of who has made it.
final class PeerConnection: Sendable {
  /// What came of the handshake.
  enum Verdict: Sendable {
    /// No certificate was shown, so far.
    case none
    case known(Identity, serial: String, expires: Timestamp)
    /// A certificate was shown that is not taken.
    case refused(code: String, sentence: String)
  }

  /// Bytes; one message, of 80 MiB, must find room.
  private static let mostInAssembly = 128 << 20

  /// Without the port.
  let address: String
  private let channel: any Channel
  /// Its share of what the listener holds of messages that are not whole yet.
  let assembly: AssemblyBudget
  private struct State {
    var verdict = Verdict.none
    var strangeCalls = 0
    var isTurnedAway = false
    var isConfirmed = false
    var isKnown = false
  }
  private let state = Mutex(State())

  init(address: String, channel: any Channel, assembly: AssemblyBudget) {
    self.address = address
    self.channel = channel
    self.assembly = AssemblyBudget(limit: Self.mostInAssembly, of: assembly)
  }

  /// What is to be thought of the peer. Nothing is, until the handshake has proved that the certificate is its own: anybody
  /// can show anybody's.
  var verdict: Verdict { state.withLock { $0.isConfirmed ? $0.verdict : .none } }

  /// What it has shown, proved or not.
  var shown: Verdict { state.withLock { $0.verdict } }

  func confirm() { state.withLock { $0.isConfirmed = true } }

  /// - Returns: false if it was known before.
  func becomeKnown() -> Bool {
    state.withLock { state in
      defer { state.isKnown = true }
      return !state.isKnown
    }
  }

  func set(_ verdict: Verdict) { state.withLock { $0.verdict = verdict } }

  /// A call of somebody who is not known: there are only so many on one connection.
  func countStrangeCall() -> Int {
    state.withLock { state in
      state.strangeCalls += 1
      return state.strangeCalls
    }
  }

  /// It was refused before its handshake: what the handshake says of that is nothing new.
  func turnAway() { state.withLock { $0.isTurnedAway = true } }
  var isTurnedAway: Bool { state.withLock { $0.isTurnedAway } }

  /// Cuts it, with all that goes on over it.
  ///
  /// At the socket, and not through TLS: that would wait five seconds for the peer's goodbye, and take what he still says.
  func close() {
    let channel = channel
    channel.eventLoop.execute {
      guard let end = try? channel.pipeline.syncOperations.context(handlerType: SocketEnd.self) else {
        return channel.close(promise: nil)
      }
      end.close(promise: nil)
    }
  }
}
