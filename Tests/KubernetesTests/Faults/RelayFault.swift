/// What a ``FaultyRelay`` does to a connection. Bytes are counted from when it begins to.
enum RelayFault: Sendable {
  /// The first so many bytes, of both directions together, go one at a time, each after a pause.
  case drip(bytes: Int, pause: Duration)
  /// After so many bytes from the server the connection is reset, as by a machine that was started anew.
  case cut(after: Int)
  /// After so many bytes from the server nothing is passed on any more, in either direction, and nothing is closed.
  case stall(after: Int)
}
