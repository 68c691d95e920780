import Collections
import CoordinatorAPI
import MusterCore
import Synchronization
import TaskModel

/// Carries out what a ``WorkerMachine`` decides: one lock, no queue of its own.
///
/// Whatever happens comes in by ``handle(_:)`` from any thread; the attempts that it starts report back the same way.
final class WorkerCore: Sendable {
  private struct State {
    var machine: WorkerMachine
    var tasks: [Token: Task<Void, Never>] = [:]
    var address: CoordinatorAddress?
  }

  private let state: Mutex<State>
  private let runner: any TaskRunner
  private let time: any Timekeeper
  /// Wakes the writer of the current connection.
  let bell = Bell()
  /// Rings when a log delay begins.
  let logBell = Bell()
  let draining = Latch()
  /// Draining, and no attempt runs any more.
  let idle = Latch()
  /// Drained and answered: nothing is left to do.
  let left = Latch()
  /// Rings when the coordinator asks the worker to connect anew.
  let moveBell = Bell()
  /// Rings when nothing is left of what had to be finished before that.
  let movedBell = Bell()
  private let onAbandoned: @Sendable (AbandonedWork) -> Void

  /// - Parameter onAbandoned: told what was given up, as another store's.
  init(
    machine: WorkerMachine, runner: any TaskRunner, time: any Timekeeper,
    onAbandoned: @escaping @Sendable (AbandonedWork) -> Void = { _ in }
  ) {
    self.onAbandoned = onAbandoned
    state = Mutex(State(machine: machine))
    self.runner = runner
    self.time = time
  }

  var logDelay: Duration { state.withLock { $0.machine.settings.limits.logDelay } }
  var heartbeat: Duration { state.withLock { $0.machine.heartbeat } }
  var heartbeatDue: Moment { state.withLock { $0.machine.heartbeatDue } }
  /// The coordinator has asked the worker to connect anew, on the present connection.
  var isAskedToMove: Bool { state.withLock { $0.machine.move != .none } }
  /// And nothing is left on that connection.
  var isReadyToMove: Bool { state.withLock { $0.machine.move == .ready } }
  /// The id of the store of the present connection's coordinator, if it told.
  var store: String? { state.withLock { $0.machine.store } }
  var isUp: Bool { state.withLock { $0.machine.link == .up } }

  var snapshot: WorkerSnapshot {
    state.withLock { state in
      var snapshot = state.machine.snapshot
      snapshot.coordinator = state.machine.link == .up ? state.address : nil
      return snapshot
    }
  }

  // MARK: - The connection

  /// Begins a connection: the first frame to send on it.
  func connect(to address: CoordinatorAddress) -> Muster_V1_WorkerHello {
    state.withLock { state in
      state.address = address
      return state.machine.connect()
    }
  }

  func nextFrame() -> Muster_V1_WorkerBatch? {
    let now = time.moment()
    return state.withLock { $0.machine.nextFrame(now: now) }
  }

  // MARK: - Events

  func handle(_ event: WorkerEvent) {
    let now = time.moment()
    state.withLock { state in perform(state.machine.handle(event, now: now), &state, now: now) }
  }

  private func finished(_ token: Token, _ result: AttemptResult) {
    let now = time.moment()
    state.withLock { state in
      state.tasks[token] = nil
      perform(state.machine.handle(.ended(token, result), now: now), &state, now: now)
    }
  }

  /// Runs under the lock, so that the cancelling of an attempt cannot overtake its start.
  private func perform(_ actions: [WorkerAction], _ state: inout State, now: Moment) {
    var actions = Deque(actions)
    var mustRing = false
    while let action = actions.popFirst() {
      switch action {
      case .start(let request):
        if let result = runner.runAtOnce(request) {
          actions.append(contentsOf: state.machine.handle(.ended(request.token, result), now: now))
        } else {
          state.tasks[request.token] = begin(request)
        }
      case .cancel(let token): state.tasks[token]?.cancel()
      case .send: mustRing = true
      case .sendLogsLater: logBell.ring()
      case .leave: left.open()
      case .lookForStore: moveBell.ring()
      case .move: movedBell.ring()
      case .abandoned(let work): onAbandoned(work)
      }
    }
    if mustRing || left.isOpen { bell.ring() }
    if state.machine.isDraining { draining.open() }
    if state.machine.isDraining, state.tasks.isEmpty { idle.open() }
  }

  private func begin(_ request: AttemptRequest) -> Task<Void, Never> {
    Task { [runner] in
      let result = await runner.run(
        request, started: { self.handle(.started(request.token)) },
        log: { self.handle(.log(request.token, $0)) })
      self.finished(request.token, result)
    }
  }

  /// Cancels whatever runs and returns when all of it has ended.
  func stopAll() async {
    while true {
      let tasks = state.withLock { Array($0.tasks.values) }
      if tasks.isEmpty { return }
      for task in tasks { task.cancel() }
      for task in tasks { await task.value }
    }
  }
}

extension WorkerMachine {
  var snapshot: WorkerSnapshot {
    var running = 0
    var unanswered = 0
    for held in attempts.values {
      switch held.stage {
      case .running: running += 1
      case .ended: unanswered += 1
      case .arriving, .waiting: break
      }
    }
    return WorkerSnapshot(
      coordinator: nil, generation: generation, running: running, waiting: attempts.count - running - unanswered,
      unanswered: unanswered, slotsInUse: capacity.slotsInUse, isDraining: isDraining, counts: counts)
  }
}
