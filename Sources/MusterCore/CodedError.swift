/// The shape that every module's error has, so that the command line can print any of them the same way.
///
/// Each module has one struct that conforms (`StoreError`, `ExecutorError`, …), whose `code` is a struct around a
/// private enum: callers compare codes, and new ones can be added without breaking them.
public protocol CodedError: Error, CustomStringConvertible {
  /// A stable name in snake_case, printed by `--output json` and safe to match in scripts.
  var codeName: String { get }
  /// One clear sentence: what was given, what is wrong, what to do next. Never holds a secret.
  var message: String { get }
  /// Facts that belong to the error, for `--output json`. Never holds a secret.
  var details: [String: String] { get }
  /// What led to it, if another error did.
  var cause: (any Error)? { get }
}

extension CodedError {
  public var description: String {
    guard let cause else { return message }
    return "\(message) (\(cause))"
  }
}
