/// Why a result could not be written.
public struct TerminalError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What went wrong; compare with the static members.
  public struct Code: Sendable, Hashable {
    private enum Name { case brokenPipe, writeFailed, notEncodable }
    private let name: Name

    /// The reader of standard output has gone (`| head`). Leave without a word.
    public static let brokenPipe = Code(name: .brokenPipe)
    /// The system refused the bytes, for example because the disk is full.
    public static let writeFailed = Code(name: .writeFailed)
    /// A value has no JSON form, for example because it holds a number that is not finite.
    public static let notEncodable = Code(name: .notEncodable)

    /// The code in snake_case, for `--output json`.
    public var text: String {
      switch name {
      case .brokenPipe: "broken_pipe"
      case .writeFailed: "write_failed"
      case .notEncodable: "not_encodable"
      }
    }
  }

  public let code: Code
  /// One sentence for people.
  public let message: String

  public init(code: Code, message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}
