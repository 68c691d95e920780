/// The objects of one kind, in the order in which lists show them.
struct FakeShelf: Sendable {
  /// Sorted.
  private(set) var keys: [String] = []
  private(set) var objects: [String: FakeObject] = [:]

  subscript(key: String) -> FakeObject? { objects[key] }

  mutating func put(_ object: FakeObject) {
    if objects.updateValue(object, forKey: object.key) == nil { keys.insert(object.key, at: position(of: object.key)) }
  }

  mutating func take(_ key: String) {
    if objects.removeValue(forKey: key) != nil { keys.remove(at: position(of: key)) }
  }

  /// All objects of a namespace (nil: of all), in order, from the first one whose key is not before `start`.
  func objects(in namespace: String?, from start: String = "") -> some Sequence<FakeObject> {
    let prefix = namespace.map { "\($0)/" } ?? ""
    return keys[position(of: max(prefix, start))...].lazy.prefix { $0.hasPrefix(prefix) }.compactMap { objects[$0] }
  }

  private func position(of key: String) -> Int {
    var (low, high) = (0, keys.count)
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
