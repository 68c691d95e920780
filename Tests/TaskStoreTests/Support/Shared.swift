import Synchronization

/// A value that several of a test's tasks change.
final class Shared<Value: Sendable>: Sendable {
  private let box: Mutex<Value>

  init(_ value: Value) { box = Mutex(value) }

  var value: Value { box.withLock { $0 } }

  func change(_ body: (inout Value) -> Void) { box.withLock { body(&$0) } }
}
