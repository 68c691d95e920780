/// Any JSON value. Integers of 64 bits are exact; what is larger or has a fraction is a `Double`.
///
/// Reading gives an integer for every whole number that fits, however it was spelled (`1.0`, `1e3`).
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])
}

extension JSONValue {
  public var string: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  public var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  /// A whole number; nil for one with a fraction, or beyond 64 bits.
  public var integer: Int64? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int64(exactly: value)
    default: nil
    }
  }

  /// Any number; an integer beyond 53 bits is rounded.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  public var array: [JSONValue]? {
    guard case .array(let value) = self else { return nil }
    return value
  }

  public var object: [String: JSONValue]? {
    guard case .object(let value) = self else { return nil }
    return value
  }

  public var isNull: Bool { self == .null }

  /// What stands under these names and indexes, one below the other: `value["spec", "containers", 0, "image"]`.
  ///
  /// Nil where the path leads nowhere. Setting makes the objects that are missing on the way and replaces what is no
  /// object (or, for an index, no array); an index may be at most the count, which appends. Setting nil removes.
  public subscript(path: JSONKey...) -> JSONValue? {
    get { self[path: path[...]] }
    set { self[path: path[...]] = newValue }
  }

  subscript(path path: ArraySlice<JSONKey>) -> JSONValue? {
    get {
      var value = self
      for key in path {
        switch (key, value) {
        case (.name(let name), .object(let object)):
          guard let next = object[name] else { return nil }
          value = next
        case (.index(let index), .array(let array)):
          guard array.indices.contains(index) else { return nil }
          value = array[index]
        default: return nil
        }
      }
      return value
    }
    set {
      guard let first = path.first else {
        self = newValue ?? .null
        return
      }
      let rest = path.dropFirst()
      switch first {
      case .name(let name):
        var object: [String: JSONValue] = [:]
        if case .object(let old) = self { object = old } else if newValue == nil { return }
        // Emptied while it is changed, so that the dictionary has one owner and is not copied.
        self = .null
        JSONValue.change(&object[name], rest, newValue)
        self = .object(object)
      case .index(let index):
        var array: [JSONValue] = []
        if case .array(let old) = self { array = old } else if newValue == nil { return }
        guard (0...array.count).contains(index) else { return }
        self = .null
        var element = index < array.count ? array[index] : nil
        JSONValue.change(&element, rest, newValue)
        switch (element, index < array.count) {
        case (let element?, true): array[index] = element
        case (let element?, false): array.append(element)
        case (nil, true): array.remove(at: index)
        case (nil, false): break
        }
        self = .array(array)
      }
    }
  }

  private static func change(_ place: inout JSONValue?, _ rest: ArraySlice<JSONKey>, _ value: JSONValue?) {
    guard !rest.isEmpty else {
      place = value
      return
    }
    if place == nil && value == nil { return }
    var child = place ?? .null
    child[path: rest] = value
    place = child
  }
}
