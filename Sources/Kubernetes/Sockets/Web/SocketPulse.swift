import NIOCore

/// Decides when a quiet connection is asked for a sign of life, and when it passes for dead. Has no clock.
struct SocketPulse {
  enum Action {
    case nothing
    case ping
    case dead
  }

  /// How often ``beat(_:isReading:isWritable:)`` belongs to be asked.
  static let interval = TimeAmount.seconds(30)
  /// How long after a ping nothing may come at all.
  static let patience = TimeAmount.seconds(60)

  /// The first ping after which nothing has come.
  private var asked: NIODeadline?

  /// Any byte is a sign of life.
  mutating func heard() { asked = nil }

  /// - Parameters:
  ///   - isReading: whether bytes are taken from the connection; whoever takes none hears no answer.
  ///   - isWritable: whether the server takes what is sent; if it takes nothing, it may wait for a command that does not
  ///     read, and sees no ping.
  mutating func beat(_ now: NIODeadline, isReading: Bool, isWritable: Bool) -> Action {
    guard isReading, isWritable else {
      asked = nil
      return .nothing
    }
    if let asked, now - asked >= Self.patience { return .dead }
    asked = asked ?? now
    return .ping
  }
}
