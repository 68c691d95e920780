/// Gives equal values the same small index, counts how many hold it, and reuses the indices that no one holds.
struct Interner<Value: Hashable & Sendable>: Sendable {
  private var values: [Value?] = []
  private var holders: [Int] = []
  private var indices: [Value: UInt16] = [:]
  private var free: [UInt16] = []

  /// The index of `value`, held once more. Nil when 65,535 different values are held already.
  mutating func hold(_ value: Value) -> UInt16? {
    if let index = indices[value] {
      holders[Int(index)] += 1
      return index
    }
    let index: UInt16
    if let reused = free.popLast() {
      index = reused
      values[Int(index)] = value
      holders[Int(index)] = 1
    } else {
      guard values.count < Int(UInt16.max) else { return nil }
      index = UInt16(values.count)
      values.append(value)
      holders.append(1)
    }
    indices[value] = index
    return index
  }

  mutating func release(_ index: UInt16) {
    holders[Int(index)] -= 1
    guard holders[Int(index)] == 0, let value = values[Int(index)] else { return }
    indices[value] = nil
    values[Int(index)] = nil
    free.append(index)
  }

  /// Whether ``hold(_:)`` would find no index for `value`.
  func isFull(for value: Value) -> Bool { indices[value] == nil && free.isEmpty && values.count >= Int(UInt16.max) }

  /// The values that are held, and by how many.
  var holderCounts: [Value: Int] { indices.mapValues { holders[Int($0)] } }

  /// The value of a held index.
  subscript(index: UInt16) -> Value? { values[Int(index)] }
}
