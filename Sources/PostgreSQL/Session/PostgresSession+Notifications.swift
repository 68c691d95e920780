extension PostgresSession {
  /// What to wait on for more to read.
  var socket: Int32 { library.socket(connection) }

  /// Reads what has come, without waiting.
  ///
  /// - Returns: why the connection was lost, if it was.
  func readAvailable() -> PostgresError? {
    if library.consumeInput(connection) == 1 { return nil }
    link.closed()
    return PostgresError.failed(nil, connection, library, isLost: true)
  }

  /// - Returns: how many notifications have been read and not yet taken.
  func takeNotifications() -> Int {
    var count = 0
    while let notification = library.notifies(connection) {
      library.freemem(notification)
      count += 1
    }
    return count
  }
}
