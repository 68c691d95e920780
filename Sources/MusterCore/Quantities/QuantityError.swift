/// A text that was to be a duration or a size and is none.
public struct QuantityError: CodedError, Hashable {
  /// What is wrong; compare with the static members.
  public struct Code: Sendable, Hashable {
    private enum Name { case notDuration, notSize }
    private let name: Name

    public static let notDuration = Code(name: .notDuration)
    public static let notSize = Code(name: .notSize)

    var text: String { name == .notDuration ? "not_a_duration" : "not_a_size" }
  }

  public let code: Code
  /// One sentence: what was given, what is wrong, what to write instead.
  public let message: String
  public let details: [String: String]

  init(code: Code, given: String, message: String) {
    self.code = code
    self.message = message
    details = ["given": given]
  }

  public var codeName: String { code.text }
  public var cause: (any Error)? { nil }

  public static func == (a: QuantityError, b: QuantityError) -> Bool { a.code == b.code && a.message == b.message }
  public func hash(into hasher: inout Hasher) { hasher.combine(message) }
}
