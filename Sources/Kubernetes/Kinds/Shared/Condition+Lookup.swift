extension Condition {
  public var isTrue: Bool { status == "True" }
}

extension [Condition] {
  /// The condition of a type; nil if it is not there.
  public func of(_ type: String) -> Condition? { first { $0.type == type } }
}
