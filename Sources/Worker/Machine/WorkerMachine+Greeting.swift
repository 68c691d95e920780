import CoordinatorAPI
import MusterCore
import TaskModel

extension WorkerMachine {
  /// Begins a connection: the first frame to send on it.
  mutating func connect() -> Muster_V1_WorkerHello {
    generation += 1
    link = .greeting
    move = .none
    var hello = Muster_V1_WorkerHello()
    hello.protocol = ProtocolVersions.own.message
    hello.build = settings.build
    hello.name = settings.name
    hello.kinds = Set(settings.kinds.map(\.name)).union(settings.acceptedKinds).sorted()
    hello.slots = UInt32(clamping: settings.slots)
    hello.memory = settings.memory
    hello.gpus = UInt32(clamping: settings.gpus.count)
    hello.session = session
    hello.generation = generation
    hello.attempts = attempts.values.filter { !$0.isAbandoned }.map(\.ref).sorted {
      ($0.epoch, $0.number) < ($1.epoch, $1.number)
    }
    hello.acceptsKinds = !settings.acceptedKinds.isEmpty
    hello.moves = true
    return hello
  }

  mutating func welcomed(_ welcome: Muster_V1_CoordinatorWelcome, now: Moment) {
    guard link == .greeting else { return }
    link = .up
    isSending = false
    mustAnnounce = true
    lastSent = now
    heartbeat = .milliseconds(Int64(clamping: max(welcome.heartbeatMilliseconds, 1)))
    maxResult = welcome.maxResult == 0 ? nil : Int(clamping: welcome.maxResult)
    learnKinds(welcome.kinds)
    store = welcome.storeID.isEmpty ? nil : welcome.storeID
    abandonOthersWork()
    let unanswered = attempts.compactMap { token, held -> (order: UInt64, token: Token)? in
      if case .ended(let end) = held.stage { (end.order, token) } else { nil }
    }
    for (_, token) in unanswered.sorted(by: { $0.order < $1.order }) { queueEnd(token) }
    for ref in welcome.stale { stop(Token(epoch: ref.epoch, number: ref.number)) }
  }

  /// Takes the coordinator's definitions of the kinds that the operator named; a definition of our own is never replaced.
  private mutating func learnKinds(_ summaries: [Muster_V1_KindSummary]) {
    let own = Set(settings.kinds.map(\.name))
    for summary in summaries where settings.acceptedKinds.contains(summary.name) && !own.contains(summary.name) {
      kinds[summary.name] = KindDefinition(summary)
    }
  }

  /// What runs goes on; what may have been lost on the way is remembered for the next connection.
  mutating func disconnected() {
    guard link != .down else { return }
    link = .down
    move = .none
    isSending = false
    outbox.reset()
    for (token, held) in attempts {
      switch held.stage {
      case .arriving:
        // The rest of its input went with the connection.
        end(token, AttemptResult(outcome: .returned, error: "The connection was cut before its whole input had come."))
      case .ended(var end) where end.sent > 0:
        end.sent = 0
        attempts[token]?.stage = .ended(end)
      default: break
      }
    }
  }
}

extension KindDefinition {
  /// A coordinator's definition, for a worker that accepts it. In a sandbox that this worker does not know nothing is run.
  init(_ summary: Muster_V1_KindSummary) {
    let confinement = summary.hasConfinement ? summary.confinement : nil
    let mode = confinement.map { Sandbox.Mode($0.sandbox) } ?? Sandbox.Mode.none
    let stages = mode == nil ? [] : confinement?.stages ?? summary.stages
    self.init(
      name: summary.name, stages: stages.map(\.words),
      timeout: summary.timeoutMilliseconds == 0 ? nil : .milliseconds(Int64(clamping: summary.timeoutMilliseconds)),
      maxAttempts: Int(clamping: summary.maxAttempts),
      needs: Needs(
        slots: UInt16(clamping: max(summary.slots, 1)), memory: summary.memory, gpus: UInt16(clamping: summary.gpus)),
      placeholders: summary.placeholders, environment: summary.environment,
      sandbox: Sandbox(mode ?? .isolated, user: confinement.flatMap { $0.user.isEmpty ? nil : $0.user }))
  }
}

extension Sandbox.Mode {
  /// Nil for one that is not known.
  fileprivate init?(_ message: Muster_V1_Sandbox) {
    switch message {
    case .user: self = .user
    case .isolated: self = .isolated
    case .unspecified, .UNRECOGNIZED: return nil
    }
  }
}
