import MusterCore

@testable import TaskModel

extension NaiveBook {
  struct Claimed: Equatable {
    let task: Int64
    let token: Token
    let prefetched: Bool
  }

  mutating func claim(for name: String, limit: Int, epoch: UInt64, at now: Moment) -> [Claimed] {
    var claimed: [Claimed] = []
    while claimed.count < limit, workers[name]?.accepting == true, let next = nextTask(for: name, at: now) {
      guard let task = find(next.task) else { break }
      let token = Token(epoch: epoch, task: task.number, attempt: task.life.handouts + 1)
      change(task.number) {
        _ = $0.life.apply(.claimed(token))
        $0.worker = name
        $0.since = now
      }
      passedOver[task.number] = nil
      serve(task)
      if workers[name]?.rules[task.kind] == .trial { workers[name]?.rules[task.kind] = .nothing }
      claimed.append(Claimed(task: task.number, token: token, prefetched: next.prefetched))
    }
    return claimed
  }

  func held(by name: String) -> [NaiveTask] { tasks.filter { $0.life.state == .running && $0.worker == name } }

  /// Sums that cannot overflow for the sizes that the random test uses.
  func used(by name: String) -> (slots: Int, memory: Int, gpus: Int) {
    held(by: name).reduce((0, 0, 0)) {
      ($0.0 + Int($1.needs.slots), $0.1 + Int($1.needs.memory), $0.2 + Int($1.needs.gpus))
    }
  }

  private func hasRoom(_ name: String, _ worker: NaiveWorker, _ task: NaiveTask) -> Bool {
    let used = used(by: name)
    return used.slots + Int(task.needs.slots) <= Int(worker.capacity.slots)
      && (task.needs.memory == 0 || used.memory + Int(task.needs.memory) <= Int(worker.capacity.memory))
      && (task.needs.gpus == 0 || used.gpus + Int(task.needs.gpus) <= Int(worker.capacity.gpus))
  }

  private func mayPrefetch(_ name: String, _ worker: NaiveWorker, _ task: NaiveTask) -> Bool {
    let times = runTimes[task.kind] ?? RunTimes()
    let budget = min(worker.prefetchLimit, times.prefetch(slots: Int(worker.capacity.slots)))
    let slots = Int(task.needs.slots)
    return budget > 0 && used(by: name).slots + slots <= Int(worker.capacity.slots) + budget * slots
  }

  func mayTake(_ name: String, _ worker: NaiveWorker, _ task: NaiveTask) -> Bool {
    guard worker.isOpen(to: task) else { return false }
    guard task.failedOn.contains(name) else { return true }
    return !workers.contains { other in
      other.value.accepting && !task.failedOn.contains(other.key) && other.value.isOpen(to: task)
    }
  }

  private mutating func nextTask(for name: String, at now: Moment) -> (task: Int64, prefetched: Bool)? {
    guard let worker = workers[name] else { return nil }
    if let reserved = worker.reservedFor {
      if let task = find(reserved), task.life.state == .queued, mayTake(name, worker, task) {
        guard hasRoom(name, worker, task) else { return nil }
        workers[name]?.reservedFor = nil
        return (reserved, false)
      }
      workers[name]?.reservedFor = nil
    }
    var skipped: [Int64] = []
    for priority in lines.keys.sorted(by: >) {
      for kind in lines[priority] ?? [] {
        let latest = orders[kind] == .latest
        let queue = tasks.filter { $0.life.state == .queued && $0.kind == kind && $0.priority == priority }
          .sorted { latest ? $0.number > $1.number : $0.number < $1.number }
        // Of those that are alike for every worker only the first is looked at.
        var seen: [NaiveTask] = []
        for task in queue {
          if seen.contains(where: { isAlike($0, task) }) { continue }
          seen.append(task)
          guard mayTake(name, worker, task) else { continue }
          let room = hasRoom(name, worker, task)
          if room || mayPrefetch(name, worker, task) {
            return letPass(skipped, by: name, at: now) ? nil : (task.number, !room)
          }
          skipped.append(task.number)
        }
      }
    }
    return nil
  }

  private func isAlike(_ a: NaiveTask, _ b: NaiveTask) -> Bool {
    a.needs == b.needs && a.oversize == b.oversize && a.failedOn == b.failedOn
  }

  private mutating func letPass(_ skipped: [Int64], by name: String, at now: Moment) -> Bool {
    for task in skipped {
      if passedOver[task] == nil { passedOver[task] = now }
      guard let since = passedOver[task], now - since >= .seconds(60) else { continue }
      if workers.values.contains(where: { $0.reservedFor == task }) { continue }
      workers[name]?.reservedFor = task
      return true
    }
    return false
  }

  private mutating func serve(_ task: NaiveTask) {
    lines[task.priority]?.removeAll { $0 == task.kind }
    let stays = tasks.contains { $0.life.state == .queued && $0.kind == task.kind && $0.priority == task.priority }
    if stays { lines[task.priority]?.append(task.kind) }
    if lines[task.priority]?.isEmpty == true { lines[task.priority] = nil }
  }
}
