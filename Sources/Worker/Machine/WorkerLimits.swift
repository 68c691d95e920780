/// Bounds of the worker's side of the protocol. The first two are the protocol's own.
struct WorkerLimits: Sendable {
  /// A payload up to this size travels inside its message; a larger one in pieces.
  var inline = 64 * 1024
  /// The size of a piece. One piece a frame lets heartbeats and the ends of other attempts pass between two pieces.
  var chunk = 64 * 1024
  /// Bytes of ends in one frame; the rest waits for the next.
  var frameBytes = 1 << 20
  /// Ends in one frame.
  var frameEnds = 4096
  /// Bytes of log in one frame, and the amount that is sent without waiting for ``logDelay``.
  var frameLog = 64 * 1024
  var logDelay: Duration = .milliseconds(200)
  /// Bytes of log that one attempt may send; what is beyond is counted and left out.
  var attemptLog = 1 << 20
  /// Bytes of log of all attempts that wait to be sent, so that an outage does not fill the memory.
  var waitingLog = 4 << 20
  /// Bytes that a coordinator may announce as one input.
  var input = 1 << 30
}
