/// How a script ended, and what it wrote.
public struct RemoteAnswer: Sendable, Hashable {
  /// Its exit status; 128 and the signal's number, if a signal ended it.
  public var status: Int
  /// Any bytes.
  public var output: [UInt8]
  public var errors: [UInt8]

  public init(status: Int, output: [UInt8] = [], errors: [UInt8] = []) {
    self.status = status
    self.output = output
    self.errors = errors
  }

  /// What it wrote as text; bytes that are no UTF-8 as U+FFFD.
  public var outputText: String { String(decoding: output, as: UTF8.self) }
  public var errorText: String { String(decoding: errors, as: UTF8.self) }
  /// The last line on standard error that is not empty: where programs say why they failed.
  public var lastErrorLine: String? { errorText.split(whereSeparator: \.isNewline).last.map(String.init) }
}
