/// How a run ended.
public enum ExecutorEnd: Sendable, Equatable {
  /// Every stage exited with 0. The result is empty when the request asked for none.
  case done(result: [UInt8])
  /// A stage exited with 75 (EX_TEMPFAIL): the same input may succeed another time.
  case retry
  /// A stage exited with another code; or, with code 0, the result is missing or over the bound.
  case failed(exitCode: Int32)
  /// A stage was ended by a signal that the runner did not send.
  case signalled(Int32)
  case timedOut
  case memoryExceeded
  /// The Swift task was cancelled, or the host was closed.
  case cancelled
  /// No program ran, or the machinery failed under it: this says nothing about the input.
  case unrunnable
}

/// What a run came to, with what it took.
public struct ExecutorOutcome: Sendable {
  public var end: ExecutorEnd
  /// Of the last stage that ran; 0 if none did or a signal ended it.
  public var exitCode: Int32
  /// One sentence when the end is not `done`, with the last line of stderr where that helps; else empty.
  public var message: String
  /// From the first start of a program to the end of the last one.
  public var runTime: Duration
  /// Bytes. With a memory limit: of all processes together, as far as it was seen; else of the largest process.
  /// Never less than the keeper's own size, which the kernel counts towards every program that the keeper starts.
  public var peakMemory: UInt64
  /// What the last stage printed to stdout, of a run that is done and for which ``ExecutorRequest/keptOutput`` asked;
  /// nil also if it printed more than that, because a part of it would be taken for the whole.
  public var output: [UInt8]?

  public init(
    end: ExecutorEnd, exitCode: Int32 = 0, message: String = "", runTime: Duration = .zero, peakMemory: UInt64 = 0
  ) {
    self.end = end
    self.exitCode = exitCode
    self.message = message
    self.runTime = runTime
    self.peakMemory = peakMemory
  }
}
