/// Numbers from 0 that are lent out, the lowest free one first.
struct FreeNumbers {
  private var isTaken: [Bool]
  /// Nothing below it is free.
  private var lowest = 0
  private(set) var free: Int

  init(count: Int) {
    isTaken = Array(repeating: false, count: count)
    free = count
  }

  mutating func take() -> Int? {
    guard free > 0 else { return nil }
    while lowest < isTaken.count, isTaken[lowest] { lowest += 1 }
    guard lowest < isTaken.count else { return nil }
    isTaken[lowest] = true
    free -= 1
    return lowest
  }

  mutating func give(_ number: Int) {
    guard isTaken.indices.contains(number), isTaken[number] else { return }
    isTaken[number] = false
    free += 1
    lowest = min(lowest, number)
  }
}
