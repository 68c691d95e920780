import MusterCore

extension WorkerValues {
  /// The grace in whole seconds, rounded up, as pods take it; 1 or more, for 0 would kill without asking.
  var graceSeconds: Int64 { max((min(grace.wholeMilliseconds, .max - 999) + 999) / 1000, 1) }
}
