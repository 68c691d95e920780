/// One value of a table. Control characters in it are shown, never obeyed.
public struct Cell: Sendable, Hashable, ExpressibleByStringInterpolation {
  public var text: String
  public var style: Style

  public init(_ text: String, style: Style = .plain) {
    self.text = text
    self.style = style
  }

  public init(stringLiteral value: String) { self.init(value) }
}
