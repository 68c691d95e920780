import Synchronization

/// Hands signals to the coordinator, one at a time, from whichever connection they come.
final class SignalBox: Sendable {
  private struct State {
    var handler: @Sendable (StoreSignal) -> Void = { _ in }
    var others: @Sendable (StoreSignal) -> Void = { _ in }
  }
  private let state = Mutex(State())
  private let turn = Mutex(())

  func setHandler(_ handler: @escaping @Sendable (StoreSignal) -> Void) { state.withLock { $0.handler = handler } }

  /// Hears of every signal too: to let other coordinators know.
  var others: @Sendable (StoreSignal) -> Void {
    get { state.withLock { $0.others } }
    set { state.withLock { $0.others = newValue } }
  }

  func give(_ signal: StoreSignal, tellsOthers: Bool = true) {
    if signal.isEmpty { return }
    let (handler, others) = state.withLock { ($0.handler, $0.others) }
    turn.withLock { _ in handler(signal) }
    if tellsOthers { others(signal) }
  }
}
