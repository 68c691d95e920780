import MusterCore

@testable import TaskModel

/// A live task of the simple model.
struct NaiveTask {
  let number: Int64
  let kind: String
  let priority: Int16
  let needs: Needs
  let oversize: Bool
  var life: TaskLife
  var unmet: Set<Int64>
  var notBefore: Moment?
  var deadline: Timestamp?
  var failedOn: Set<String>
  var worker: String?
  var since: Moment
  /// All that it depends on, done or not; for a retry.
  var dependencies: Set<Int64>

  init(_ new: TaskBook.NewEntry, at now: Moment) {
    number = new.task
    kind = new.kind
    priority = new.priority
    needs = new.needs
    oversize = new.oversize
    life = new.life
    unmet = Set(new.unmetDependencies)
    notBefore = new.notBefore
    deadline = new.deadline
    failedOn = new.failedOn
    worker = new.worker
    since = now
    dependencies = unmet
  }
}

/// A worker of the simple model. What it holds is looked up among the tasks.
struct NaiveWorker {
  var kinds: Set<String>
  var capacity: Needs
  var accepting: Bool
  var prefetchLimit: Int
  var rules: [String: SetAsideRule]
  var refusesOversize: Bool
  var reservedFor: Int64?

  init(_ worker: RosterWorker, reservedFor: Int64?) {
    kinds = worker.kinds
    capacity = worker.capacity
    accepting = worker.accepting
    prefetchLimit = worker.prefetchLimit
    rules = worker.setAside
    refusesOversize = worker.refusesOversize
    self.reservedFor = reservedFor
  }

  func isOpen(to task: NaiveTask) -> Bool {
    kinds.contains(task.kind) && rules[task.kind] != .nothing && task.needs.slots <= capacity.slots
      && task.needs.memory <= capacity.memory && task.needs.gpus <= capacity.gpus
      && !(task.oversize && refusesOversize)
  }
}

/// A change in a form that can be compared.
struct NaiveChange: Equatable {
  let task: Int64
  let from: TaskState
  let life: TaskLife
  let worker: String?
  let endedToken: Token?
  let delay: Duration?
  let cause: Int64?
}

extension NaiveChange {
  init(_ change: TaskBook.Change) {
    self.init(
      task: change.task, from: change.from, life: change.life, worker: change.worker, endedToken: change.endedToken,
      delay: change.delay, cause: change.cause)
  }
}
