import Synchronization

/// A value behind a lock that closures can share.
public final class Guarded<Value: Sendable>: Sendable {
  private let state: Mutex<Value>
  public init(_ value: Value) { state = Mutex(value) }
  public func with<Answer: Sendable>(_ body: (inout Value) -> Answer) -> Answer {
    state.withLock { body(&$0) }
  }
  public var value: Value { state.withLock { $0 } }
}
