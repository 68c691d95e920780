/// Decides what becomes of the bytes of one connection through a ``FaultyRelay``.
struct RelayPlan {
  enum End {
    case reset
    case stall
  }

  struct Step {
    /// How many bytes go on.
    var count: Int
    var pause = Duration.zero
    /// What happens after them; nil: nothing.
    var end: End?
  }

  private(set) var fault: RelayFault?
  private var passed = 0

  init(_ fault: RelayFault?) { self.fault = fault }

  /// - Parameters:
  ///   - count: bytes that are there; more than none.
  ///   - isAnswer: whether they come from the server.
  mutating func next(_ count: Int, isAnswer: Bool) -> Step {
    switch fault {
    case nil: return Step(count: count)
    case .drip(let bytes, let pause):
      guard passed < bytes else { return Step(count: count) }
      passed += 1
      return Step(count: 1, pause: pause)
    case .cut(let after): return limited(count, after, isAnswer, .reset)
    case .stall(let after): return limited(count, after, isAnswer, .stall)
    }
  }

  private mutating func limited(_ count: Int, _ limit: Int, _ isAnswer: Bool, _ end: End) -> Step {
    let room = limit - passed
    if room <= 0 { return Step(count: 0, end: end) }
    guard isAnswer else { return Step(count: count) }
    passed += min(room, count)
    return Step(count: min(room, count), end: count >= room ? end : nil)
  }
}
