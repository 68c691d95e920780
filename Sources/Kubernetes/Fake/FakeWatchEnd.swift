/// What becomes of the watches of a ``FakeCluster`` that are under way.
public enum FakeWatchEnd: Sendable {
  /// The server ends the answer, as it does after some minutes.
  case closed
  /// The connection breaks.
  case broken
  /// Nothing comes any more, and nobody says so: a connection that died without a word.
  case stalled
  /// The server says that the watcher is too far behind: an `ERROR` event with 410.
  case expired
}
