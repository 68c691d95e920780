/// What became of a worker's greeting.
public enum ConnectAnswer: Sendable, Hashable {
  /// A session that was not known.
  case opened
  /// The session goes on over this connection; so do those of its attempts that the worker still has. Also given to the
  /// first that claims a session that was expected: compare what the worker says that it runs with what it holds.
  case resumed
  /// Another process of that name takes over. The attempts of the one before are lost at once.
  case replaced(oldSession: UInt64)
  /// One sentence for the worker's log.
  case refused(String)
}
