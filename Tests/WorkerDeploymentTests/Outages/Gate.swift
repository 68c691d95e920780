/// Where tasks wait for each other, and for a word to go on.
actor Gate {
  private var arrived: Set<Int> = []
  private var isOpen = false
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var watching: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

  /// May be said again.
  func arrive(_ who: Int) {
    arrived.insert(who)
    for watch in watching where arrived.count >= watch.count { watch.continuation.resume() }
    watching.removeAll { arrived.count >= $0.count }
  }

  func arriveAndWait(_ who: Int) async {
    arrive(who)
    if !isOpen { await withCheckedContinuation { waiting.append($0) } }
  }

  /// Returns when so many have arrived.
  func all(_ count: Int) async {
    if arrived.count < count { await withCheckedContinuation { watching.append((count, $0)) } }
  }

  func open() {
    isOpen = true
    for continuation in waiting { continuation.resume() }
    waiting = []
  }
}
