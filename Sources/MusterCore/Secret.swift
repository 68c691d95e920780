/// A value that must not be seen: it prints, interpolates, dumps and encodes as `<redacted>`.
///
/// Reading it takes a call that is easy to find in a review: ``reveal()``.
public struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let value: Value

  public init(_ value: Value) { self.value = value }

  /// The value itself. Hand it to what needs it, and to nothing that prints, logs or stores.
  public func reveal() -> Value { value }

  public var description: String { "<redacted>" }
  public var debugDescription: String { "<redacted>" }
  /// Without this, `dump` and string interpolation of an enclosing struct would show the stored value.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: Equatable where Value: Equatable {}

extension Secret: Encodable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("<redacted>")
  }
}
