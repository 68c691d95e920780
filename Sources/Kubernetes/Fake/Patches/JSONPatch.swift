/// JSON patch, RFC 6902.
enum JSONPatch {
  /// The real server says no more about a patch that cannot be applied.
  static let failure = FakeRefusal(
    422, "Invalid", "the server rejected our request due to an error in our request", Status.Details())

  static func apply(_ patch: JSONValue, to target: JSONValue) throws(FakeRefusal) -> JSONValue {
    guard let operations = patch.array else {
      throw .badRequest("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    }
    // As many as a real server takes.
    guard operations.count <= 10_000 else {
      throw FakeRefusal(413, "RequestEntityTooLarge", "The allowed maximum operations in a JSON patch is 10000")
    }
    var result = target
    for operation in operations {
      guard let fields = operation.object, let path = fields["path"]?.string.flatMap(pointer) else { throw failure }
      switch fields["op"]?.string {
      case "add": try add(fields["value"], at: path, in: &result)
      case "remove": try remove(at: path, in: &result)
      case "replace":
        guard let value = fields["value"], get(path, in: result) != nil else { throw failure }
        try set(value, at: path, in: &result)
      case "test":
        guard get(path, in: result) == fields["value"] else { throw failure }
      case "copy", "move":
        guard let from = fields["from"]?.string.flatMap(pointer), let value = get(from, in: result) else {
          throw failure
        }
        if fields["op"]?.string == "move" { try remove(at: from, in: &result) }
        try add(value, at: path, in: &result)
      default: throw failure
      }
    }
    return result
  }

  private static func pointer(_ text: String) -> [String]? {
    if text.isEmpty { return [] }
    guard text.hasPrefix("/") else { return nil }
    return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
      .map { String($0).replacing("~1", with: "/").replacing("~0", with: "~") }
  }

  private static func get(_ path: [String], in value: JSONValue) -> JSONValue? {
    var value = value
    for step in path {
      if let next = value.object?[step] {
        value = next
      } else if let elements = value.array, let index = Int(step), elements.indices.contains(index) {
        value = elements[index]
      } else {
        return nil
      }
    }
    return value
  }

  private static func set(_ new: JSONValue, at path: [String], in value: inout JSONValue) throws(FakeRefusal) {
    guard let last = path.last else {
      value = new
      return
    }
    try change(path.dropLast(), in: &value) { (parent) throws(FakeRefusal) in
      if var fields = parent.object {
        fields[last] = new
        parent = .object(fields)
      } else if var elements = parent.array, let index = Int(last), elements.indices.contains(index) {
        elements[index] = new
        parent = .array(elements)
      } else {
        throw failure
      }
    }
  }

  private static func add(_ new: JSONValue?, at path: [String], in value: inout JSONValue) throws(FakeRefusal) {
    guard let new else { throw failure }
    guard let last = path.last else {
      value = new
      return
    }
    try change(path.dropLast(), in: &value) { (parent) throws(FakeRefusal) in
      if var fields = parent.object {
        fields[last] = new
        parent = .object(fields)
      } else if var elements = parent.array {
        guard let index = last == "-" ? elements.count : Int(last), (0...elements.count).contains(index) else {
          throw failure
        }
        elements.insert(new, at: index)
        parent = .array(elements)
      } else {
        throw failure
      }
    }
  }

  private static func remove(at path: [String], in value: inout JSONValue) throws(FakeRefusal) {
    guard let last = path.last else { throw failure }
    try change(path.dropLast(), in: &value) { (parent) throws(FakeRefusal) in
      if var fields = parent.object, fields.removeValue(forKey: last) != nil {
        parent = .object(fields)
      } else if var elements = parent.array, let index = Int(last), elements.indices.contains(index) {
        elements.remove(at: index)
        parent = .array(elements)
      } else {
        throw failure
      }
    }
  }

  private static func change(
    _ path: ArraySlice<String>, in value: inout JSONValue, _ edit: (inout JSONValue) throws(FakeRefusal) -> Void
  ) throws(FakeRefusal) {
    guard let step = path.first else { return try edit(&value) }
    if var fields = value.object, var next = fields[step] {
      try change(path.dropFirst(), in: &next, edit)
      fields[step] = next
      value = .object(fields)
    } else if var elements = value.array, let index = Int(step), elements.indices.contains(index) {
      try change(path.dropFirst(), in: &elements[index], edit)
      value = .array(elements)
    } else {
      throw failure
    }
  }
}
