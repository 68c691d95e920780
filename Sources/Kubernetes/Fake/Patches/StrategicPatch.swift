/// Strategic merge patch, as far as ``ListShape`` knows the lists: elements meet by their key; `$patch: delete` and
/// `$patch: replace` are obeyed; `$setElementOrder` and `$retainKeys` are passed over.
enum StrategicPatch {
  static func apply(_ patch: JSONValue, to target: JSONValue, name: String = "", shelf: String) -> JSONValue {
    guard case .object(var changes) = patch else {
      if case .array(let elements) = patch {
        return .array(list(elements, into: target.array ?? [], name: name, shelf: shelf))
      }
      return patch
    }
    if changes["$patch"]?.string == "replace" {
      changes["$patch"] = nil
      return .object(changes)
    }
    var result = target.object ?? [:]
    for (field, change) in changes {
      if let list = field.wholeSuffix(after: "$deleteFromPrimitiveList/") {
        let gone = Set(change.array ?? [])
        result[list] = .array((result[list]?.array ?? []).filter { !gone.contains($0) })
      } else if field.hasPrefix("$") {
        continue
      } else if change == .null || change.object?["$patch"]?.string == "delete" {
        result[field] = nil
      } else {
        result[field] = apply(change, to: result[field] ?? .null, name: field, shelf: shelf)
      }
    }
    return .object(result)
  }

  private static func list(
    _ changes: [JSONValue], into target: [JSONValue], name: String, shelf: String
  ) -> [JSONValue] {
    switch ListShape(name, changes.first ?? target.first, shelf: shelf) {
    case .atomic: return changes
    case .set: return target + changes.filter { !target.contains($0) }
    case .keyed(let keys):
      // The first field is the key here; server-side apply takes them all.
      let key = keys[0]
      if changes.contains(where: { $0.object?["$patch"]?.string == "replace" }) {
        return changes.filter { $0.object?["$patch"] == nil }
      }
      var result = target
      for change in changes {
        let index = result.firstIndex { $0.object?[key] == change.object?[key] }
        if change.object?["$patch"]?.string == "delete" {
          if let index { result.remove(at: index) }
        } else if let index {
          result[index] = apply(change, to: result[index], shelf: shelf)
        } else {
          // New elements stand before old ones, as on the real server.
          result.insert(apply(change, to: .object([:]), shelf: shelf), at: newPlace(result, target))
        }
      }
      return result
    }
  }

  private static func newPlace(_ result: [JSONValue], _ target: [JSONValue]) -> Int { result.count - target.count }
}

extension String {
  /// What follows a prefix, if the string begins with it.
  fileprivate func wholeSuffix(after prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
