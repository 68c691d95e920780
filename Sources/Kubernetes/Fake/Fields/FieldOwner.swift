/// One entry of `metadata.managedFields`: which paths a manager owns.
struct FieldOwner: Equatable {
  var manager: String
  /// `Apply` or `Update`.
  var operation: String
  var apiVersion: String
  var time: String
  var paths: Set<FieldPaths.Path>

  init(manager: String, operation: String, apiVersion: String, time: String, paths: Set<FieldPaths.Path> = []) {
    self.manager = manager
    self.operation = operation
    self.apiVersion = apiVersion
    self.time = time
    self.paths = paths
  }

  /// Nil if it is no entry.
  init?(_ value: JSONValue) {
    guard let fields = value.object, let manager = fields["manager"]?.string else { return nil }
    self.init(
      manager: manager, operation: fields["operation"]?.string ?? "Update",
      apiVersion: fields["apiVersion"]?.string ?? "", time: fields["time"]?.string ?? "")
    read(fields["fieldsV1"]?.object ?? [:], [])
  }

  var value: JSONValue {
    var root: [String: JSONValue] = [:]
    for path in paths { Self.insert(path[...], into: &root, all: paths, before: []) }
    return .object([
      "manager": .string(manager), "operation": .string(operation), "apiVersion": .string(apiVersion),
      "time": .string(time), "fieldsType": .string("FieldsV1"), "fieldsV1": .object(root),
    ])
  }

  func isSameManager(as other: FieldOwner) -> Bool {
    manager == other.manager && operation == other.operation && apiVersion == other.apiVersion
  }

  private mutating func read(_ fields: [String: JSONValue], _ path: FieldPaths.Path) {
    for (step, below) in fields {
      if step == "." {
        paths.insert(path)
      } else if let more = below.object, !more.isEmpty {
        read(more, path + [step])
      } else {
        paths.insert(path + [step])
      }
    }
  }

  /// A path that holds others gets a `.` of its own beside them.
  private static func insert(
    _ rest: ArraySlice<String>, into fields: inout [String: JSONValue], all: Set<FieldPaths.Path>,
    before: FieldPaths.Path
  ) {
    guard let step = rest.first else { return }
    let here = before + [step]
    var below = fields[step]?.object ?? [:]
    if rest.count > 1 {
      if all.contains(here) { below["."] = .object([:]) }
      insert(rest.dropFirst(), into: &below, all: all, before: here)
    }
    fields[step] = .object(below)
  }
}
