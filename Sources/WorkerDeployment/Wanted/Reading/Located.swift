/// A value and where it stands.
struct Located<Value> {
  var value: Value
  var source: ValueSource

  init(_ value: Value, _ source: ValueSource) {
    self.value = value
    self.source = source
  }
}

extension Located: Sendable where Value: Sendable {}
