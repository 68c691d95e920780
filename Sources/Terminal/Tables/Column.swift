/// A column of a table.
public struct Column: Sendable, Hashable, ExpressibleByStringLiteral {
  public enum Alignment: Sendable, Hashable {
    case left, right
  }

  public var title: String
  /// Numbers go right.
  public var alignment: Alignment
  /// Whether the column may be cut when the terminal is too narrow. Not for what people copy, such as ids.
  public var shrinks: Bool

  public init(_ title: String, _ alignment: Alignment = .left, shrinks: Bool = true) {
    self.title = title
    self.alignment = alignment
    self.shrinks = shrinks
  }

  public init(stringLiteral value: String) { self.init(value) }
}
