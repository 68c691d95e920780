/// Which of its two streams a program wrote to.
enum RemoteStream: Sendable, Hashable {
  case output
  case errors
}
