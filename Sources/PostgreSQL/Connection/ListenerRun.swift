import MusterCore
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The work of a listener's thread, and how others end it.
final class ListenerRun: Sendable {
  struct Events: Sendable {
    let onLoss: @Sendable (PostgresError) -> Void
    let onConnect: @Sendable () -> Void
    let onNotify: @Sendable () -> Void
  }

  private struct State {
    var isStopping = false
    /// Within a call of libpq's that waits and cannot be woken up.
    var isConnecting = false
    var hasEnded = false
    var closers: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())
  private let wakeUp = WakeUpPipe()
  private let target: PostgresTarget
  private let channel: String
  private let name: String
  private let events: Events
  private let firstPause: Duration
  private let longestPause: Duration

  init(
    target: PostgresTarget, channel: String, name: String, events: Events, firstPause: Duration = .milliseconds(100),
    longestPause: Duration = .seconds(5)
  ) {
    self.target = target
    self.channel = channel
    self.name = name
    self.events = events
    self.firstPause = firstPause
    self.longestPause = longestPause
  }

  func start() {
    do throws(PostgresError) {
      try startThread { self.loop() }
    } catch {
      ended()
      events.onLoss(error)
    }
  }

  func stop() {
    state.withLock { $0.isStopping = true }
    wakeUp.wake()
  }

  /// Returns when no callback can come any more.
  func waitForEnd() async {
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if state.hasEnded || state.isConnecting { return true }
        state.closers.append(continuation)
        return false
      }
      if hasEnded { continuation.resume() }
    }
  }

  private func ended() {
    let closers = state.withLock { state in
      state.hasEnded = true
      defer { state.closers = [] }
      return state.closers
    }
    for closer in closers { closer.resume() }
  }

  private func loop() {
    defer { ended() }
    var pause = firstPause
    while true {
      guard change(connecting: true) else { return }
      let connected = Result { () throws(PostgresError) in try connect() }
      guard change(connecting: false) else { return }
      let loss: PostgresError?
      switch connected {
      case .success(let session):
        pause = firstPause
        events.onConnect()
        loss = listen(session)
        session.finish()
      case .failure(let error): loss = error
      }
      guard let loss else { return }
      events.onLoss(loss)
      if wakeUp.wait(milliseconds: Int32(clamping: pause.wholeMilliseconds)) { return }
      pause = min(pause * 2, longestPause)
    }
  }

  /// - Returns: false if the listener is to end.
  private func change(connecting: Bool) -> Bool {
    state.withLock { state in
      state.isConnecting = connecting
      return !state.isStopping
    }
  }

  private func connect() throws(PostgresError) -> PostgresSession {
    let session = try PostgresSession(target, name: name, ConnectionLink())
    do throws(PostgresError) {
      try session.run("LISTEN \"\(channel.replacing("\"", with: "\"\""))\"")
      return session
    } catch {
      session.finish()
      throw error
    }
  }

  /// - Returns: why the connection was lost; nil if the listener is to end.
  private func listen(_ session: PostgresSession) -> PostgresError? {
    while true {
      // What came along with the answer to LISTEN is there already.
      if session.takeNotifications() > 0 { events.onNotify() }
      if wakeUp.wait(orFor: session.socket) { return nil }
      if let loss = session.readAvailable() { return loss }
    }
  }
}
