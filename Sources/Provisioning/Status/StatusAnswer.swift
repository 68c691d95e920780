import MusterCore

/// What came of looking at a machine for its status.
public enum StatusAnswer: Sendable {
  case observed(ObservedMachine)
  /// It could not be looked at: no root shell came about, or it answered something that means nothing.
  case failed(any CodedError)
}
