/// Who descends from whom among the groups, and how deep each lies.
struct GroupTree {
  /// The longest way from `all`.
  private(set) var depths: [Int]
  /// Of each group itself and all above it, a bit each: hosts ask for them by the ten thousand.
  private var above: [[UInt64]]

  /// - Returns: nil, with a problem reported, if groups are children of each other in a circle.
  init?(_ groups: [InventoryBuilder.Group], _ collector: ProblemCollector) {
    depths = Array(repeating: 0, count: groups.count)
    above = Array(repeating: Array(repeating: 0, count: (groups.count + 63) / 64), count: groups.count)
    var waitingFor = Array(repeating: 0, count: groups.count)
    for group in groups { for child in group.children { waitingFor[child.index] += 1 } }
    var ready = groups.indices.filter { waitingFor[$0] == 0 }
    var done = 0
    while let index = ready.popLast() {
      done += 1
      above[index][index / 64] |= 1 << UInt64(index % 64)
      for child in groups[index].children.map(\.index) {
        depths[child] = max(depths[child], depths[index] + 1)
        for word in above[index].indices { above[child][word] |= above[index][word] }
        waitingFor[child] -= 1
        if waitingFor[child] == 0 { ready.append(child) }
      }
    }
    guard done < groups.count else { return }
    Self.report(groups, stuck: waitingFor.map { $0 > 0 }, collector)
    return nil
  }

  /// The group and all above it, `all` first.
  func withAncestors(_ group: Int) -> [Int] {
    var result: [Int] = []
    for (word, bits) in above[group].enumerated() {
      var rest = bits
      while rest != 0 {
        result.append(64 * word + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
    return result
  }

  /// Follows a stuck group upwards until one comes again: that one lies on a circle.
  private static func report(
    _ groups: [InventoryBuilder.Group], stuck: [Bool], _ collector: ProblemCollector
  ) {
    var parents: [Int: (index: Int, line: Int)] = [:]
    for (index, group) in groups.enumerated() where stuck[index] {
      for child in group.children where stuck[child.index] { parents[child.index] = (index, child.line) }
    }
    guard var current = parents.keys.min() else { return }
    var seen: Set<Int> = []
    while seen.insert(current).inserted { current = parents[current]?.index ?? current }
    var circle: [Int] = []
    var line = 0
    let first = current
    repeat {
      circle.append(current)
      line = max(line, parents[current]?.line ?? 0)
      current = parents[current]?.index ?? first
    } while current != first
    let names = circle.reversed().prefix(8).map { "'\(groups[$0].name)'" }.joined(separator: ", ")
    let more = circle.count > 8 ? " and \(circle.count - 8) more" : ""
    collector.add(line, "the groups \(names)\(more) are children of each other in a circle; take one of them out")
  }
}
