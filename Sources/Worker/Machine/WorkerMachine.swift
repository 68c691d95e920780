import Collections
import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel

/// A worker's whole behaviour without its I/O: takes events, returns actions, and builds the frames to send.
///
/// It guarantees that never more slots, memory or GPUs are in use than are offered, that every assignment has exactly one
/// end, and that an end is kept, and sent again on the next connection, until the coordinator has answered it; unless that connection is
/// to another store, which is told nothing of it.
struct WorkerMachine {
  struct Settings: Sendable {
    var name: String
    var build = ""
    var kinds: [KindDefinition] = []
    /// Kinds to take from the coordinator, if it defines them.
    var acceptedKinds: Set<String> = []
    /// An attempt of a kind without stages is unrunnable.
    var needsStages = true
    var slots = 1
    var memory: UInt64 = 0
    var gpus: [Int] = []
    var prefetch = 0
    var limits = WorkerLimits()
  }

  enum Link: Equatable {
    case down
    /// The hello is on its way; nothing else may be sent before the welcome.
    case greeting
    case up
  }

  let settings: Settings
  let session: UInt64
  var generation: UInt64 = 0
  var link = Link.down
  var isDraining = false
  var move = Move.none
  /// The id of the store of the coordinator of this connection; nil if it did not tell.
  var store: String?
  var kinds: [String: KindDefinition]
  var attempts: [Token: HeldAttempt] = [:]
  /// Not started, with their whole input, oldest first.
  var waiting: Deque<Token> = []
  var capacity: Capacity
  var outbox = Outbox()
  var heartbeat: Duration = .seconds(5)
  var maxResult: Int?
  var lastSent = Moment(nanoseconds: 0)
  /// What this connection has not been told yet: the prefetch, that we leave.
  var mustAnnounce = false
  /// ``WorkerAction/send`` was given and frames are being taken.
  var isSending = false
  var isLogTimerSet = false
  var hasLeft = false
  var nextOrder: UInt64 = 0
  var counts = WorkerCounts()
  /// Of the event at hand.
  var actions: [WorkerAction] = []

  /// - Parameter session: drawn at random once a process; tells a reconnection from another worker of the same name.
  init(settings: Settings, session: UInt64) {
    self.settings = settings
    self.session = session
    kinds = Dictionary(settings.kinds.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    capacity = Capacity(slots: settings.slots, memory: settings.memory, gpus: settings.gpus)
  }

  mutating func handle(_ event: WorkerEvent, now: Moment) -> [WorkerAction] {
    switch event {
    case .welcome(let welcome): welcomed(welcome, now: now)
    case .batch(let batch): received(batch)
    case .disconnected: disconnected()
    case .started(let token): started(token)
    case .log(let token, let text): logged(token, text)
    case .ended(let token, let result): ended(token, result)
    case .logsDue:
      isLogTimerSet = false
      outbox.areLogsDue = true
    case .drain: drain()
    case .handBack: handBack()
    case .moveAlong: moveAlong()
    case .finishBeforeMoving: finishBeforeMoving()
    }
    startWaiting()
    askToSend()
    leaveIfDone()
    moveIfDone()
    defer { actions = [] }
    return actions
  }

  private mutating func askToSend() {
    guard link == .up, !isSending, mustAnnounce || !outbox.isEmpty else { return }
    isSending = true
    actions.append(.send)
  }

  private mutating func leaveIfDone() {
    guard isDraining, attempts.isEmpty, !hasLeft else { return }
    hasLeft = true
    actions.append(.leave)
  }
}
