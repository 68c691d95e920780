/// Waits for NOTIFY on one channel, with a connection and a thread of its own; reconnects by itself.
///
/// A notification that is sent while there is no connection is lost: whoever listens looks for himself at every
/// connection, and now and then besides.
public final class PostgresListener: Sendable {
  private let run: ListenerRun

  /// Starts to connect; it is tried again until it succeeds, after 0.1 s at first and 5 s at most.
  ///
  /// All callbacks come from the listener's thread, one at a time, and none after ``close()`` has returned. They must not wait.
  ///
  /// - Parameters:
  ///   - channel: taken literally, upper and lower case as they are.
  ///   - name: the application's, as in ``PostgresConnection/open(_:name:)``.
  ///   - onLoss: the connection was lost, or could not be made: once for each attempt.
  ///   - onConnect: it listens, for the first time or again: notifications may have been missed until now.
  ///   - onNotify: one or several notifications came.
  public convenience init(
    target: PostgresTarget, channel: String, name: String,
    onLoss: @escaping @Sendable (PostgresError) -> Void = { _ in },
    onConnect: @escaping @Sendable () -> Void = {}, onNotify: @escaping @Sendable () -> Void
  ) {
    let events = ListenerRun.Events(onLoss: onLoss, onConnect: onConnect, onNotify: onNotify)
    self.init(ListenerRun(target: target, channel: channel, name: name, events: events))
  }

  init(_ run: ListenerRun) {
    self.run = run
    run.start()
  }

  deinit { run.stop() }

  /// Ends it. Does not wait for an attempt to connect that is under way; that is given up when it ends.
  public func close() async {
    run.stop()
    await run.waitForEnd()
  }
}
