import MusterCore
import Terminal

/// One machine of a ``MachineBoard``.
struct MachineRow: Sendable {
  enum State: Sendable, Equatable {
    case waiting
    /// Nil: what was to do of the phase is done, and other machines are still at it.
    case working(phase: String, what: String?)
    case done
    case failed(why: String)
    case skipped(why: String)
  }

  let name: String
  /// How many actions are planned for it.
  let actions: Int
  private(set) var state = State.waiting
  private var done = 0
  private var skipped = 0
  private var upload: UploadMeter?
  private var phase: String?
  private var began: Duration?
  private var ended: Duration?
  private var uploadSaid: Duration?

  private static let uploadPause = Duration.seconds(10)

  init(_ name: String, actions: Int) {
    self.name = name
    self.actions = actions
  }

  // MARK: What happens

  /// - Returns: a line for a log, as of the other two.
  mutating func begin(phase new: String, what: String, now: Duration) -> Cell? {
    if began == nil { began = now }
    upload = nil
    uploadSaid = now
    // What failed stays failed, whatever else is tried on the machine.
    if case .failed = state { return nil }
    state = .working(phase: new, what: what)
    guard new != phase else { return nil }
    phase = new
    return Cell("\(name): \(new)")
  }

  mutating func progress(_ meter: UploadMeter, now: Duration) -> Cell? {
    upload = meter
    guard now - (uploadSaid ?? .zero) >= Self.uploadPause else { return nil }
    uploadSaid = now
    return Cell("\(name): \(meter.text) sent")
  }

  mutating func end(_ outcome: ActionOutcome, now: Duration) -> Cell? {
    upload = nil
    switch outcome {
    case .done:
      done += 1
      if case .working(let phase, _) = state { state = .working(phase: phase, what: nil) }
    case .skipped(let why):
      skipped += 1
      if case .failed = state { return nil }
      defer { if ended == nil { ended = now } }
      if case .skipped = state { return nil }
      state = .skipped(why: why)
      return Cell("\(name): skipped: \(why)", style: .attention)
    case .failed(let why):
      if case .failed = state { return nil }
      ended = now
      state = .failed(why: why)
      return Cell("\(name): failed: \(why)", style: .bad)
    }
    guard done >= actions, case .working = state else { return nil }
    ended = now
    state = .done
    return Cell("\(name): done in \(Format.duration(elapsed(now)))", style: .good)
  }

  // MARK: What is seen

  /// What is shown first if not all can be: what is being done, then what went wrong.
  var rank: Int {
    switch state {
    case .working(_, .some): 0
    case .failed: 1
    case .working(_, nil): 2
    case .waiting: 3
    case .skipped: 4
    case .done: 5
    }
  }

  func cells(now: Duration) -> [Cell] {
    // Whole seconds: tenths that run are all that one would see.
    let seconds = elapsed(now).components.seconds
    let time = seconds == 0 ? "0 s" : Format.duration(.seconds(seconds))
    switch state {
    case .working(let phase, let what?):
      let sent = upload.map { "\($0.bar) \($0.text)  " } ?? ""
      return [Cell(name), Cell(phase), Cell(count), Cell(time), Cell(sent + what)]
    case .working(let phase, nil):
      return [Cell(name), Cell(phase), Cell(count), Cell(time), Cell("waits for other machines", style: .faint)]
    case .waiting: return [Cell(name), Cell("waits", style: .faint), Cell(count), Cell(""), Cell("")]
    default: return lastCells(now: now)
    }
  }

  /// What came of it, for the end of the run.
  func lastCells(now: Duration) -> [Cell] {
    let time = began.map { _ in Format.duration(elapsed(now)) } ?? ""
    let (word, why): (Cell, String) =
      switch state {
      case .done: (Cell("done", style: .good), "")
      case .failed(let why): (Cell("failed", style: .bad), why)
      case .skipped(let why): (Cell("skipped", style: .attention), why)
      case .working(_, let what): (Cell("stopped", style: .attention), what ?? "")
      case .waiting: (Cell("not begun", style: .attention), "")
      }
    return [Cell(name), word, Cell(count), Cell(time), Cell(why)]
  }

  private var count: String { "\(done)/\(actions)" }
  private func elapsed(_ now: Duration) -> Duration { (ended ?? now) - (began ?? ended ?? now) }
}
