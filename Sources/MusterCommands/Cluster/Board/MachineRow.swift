import Provisioning
import Terminal

/// One machine of a ``MachineBoard``.
struct MachineRow: Sendable {
  enum State: Sendable, Equatable {
    case waiting
    /// Nil: what was to do of the phase is done, and other machines are still at it.
    case working(phase: String, what: String?)
    case done
    case failed(why: String)
    case skipped
  }

  let name: String
  /// How many actions are planned for it.
  let actions: Int
  private(set) var state = State.waiting
  private var done = 0
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

  /// - Returns: a line for a log, as of the others.
  mutating func begin(phase new: String, what: String, now: Duration) -> Cell? {
    start(now)
    guard !isFailed else { return nil }
    state = .working(phase: new, what: what)
    guard new != phase else { return nil }
    phase = new
    return Cell("\(name): \(new)")
  }

  mutating func progress(_ meter: UploadMeter, now: Duration) -> Cell? {
    start(now)
    // All has gone: what the machine does with it takes its time, too.
    upload = meter.bytes < meter.of ? meter : nil
    guard let last = uploadSaid else {
      uploadSaid = now
      return nil
    }
    guard now - last >= Self.uploadPause else { return nil }
    uploadSaid = now
    return Cell("\(name): \(meter.text) sent")
  }

  mutating func actionDone(now: Duration) -> Cell? {
    done += 1
    guard case .working(let phase, _) = state else { return nil }
    state = .working(phase: phase, what: nil)
    return done < actions ? nil : end(.done, now)
  }

  mutating func actionFailed(_ why: String, now: Duration) -> Cell? {
    isFailed ? nil : end(.failed(why: without(why)), now)
  }

  /// Nothing more is done with it.
  mutating func settle(_ outcome: MachineOutcome, now: Duration) -> Cell? {
    switch (outcome, state) {
    case (_, .failed), (.done, .done), (.skipped, .skipped): nil
    case (.done, _): end(.done, now)
    case (.failed(_, let message), _): end(.failed(why: without(message)), now)
    case (.skipped(let why), _):
      end(.skipped, now).map { Cell("\($0.text): \(without(why))", style: $0.style) }
    }
  }

  private mutating func start(_ now: Duration) {
    if began == nil { began = now }
  }

  private mutating func end(_ new: State, _ now: Duration) -> Cell? {
    state = new
    ended = ended ?? now
    upload = nil
    switch new {
    case .done: return Cell("\(name): done in \(Format.duration(elapsed(now)))", style: .good)
    case .failed(let why): return Cell("\(name): failed: \(why)", style: .bad)
    case .skipped: return Cell("\(name): skipped", style: .attention)
    case .waiting, .working: return nil
    }
  }

  private var isFailed: Bool {
    if case .failed = state { true } else { false }
  }

  /// Sentences about a machine often begin with its name, which stands before them here.
  private func without(_ sentence: String) -> String {
    sentence.hasPrefix("\(name): ") ? String(sentence.dropFirst(name.count + 2)) : sentence
  }

  // MARK: What is seen

  /// What is shown first if not all can be: what is being done, then what went wrong.
  var rank: Int {
    switch state {
    case .working(_, .some): 0
    case .failed: 1
    case .working(_, nil): 2
    case .waiting: upload == nil ? 3 : 0
    case .skipped: 4
    case .done: 5
    }
  }

  func cells(now: Duration) -> [Cell] {
    // Whole seconds: tenths that run are all that one would see.
    let seconds = elapsed(now).components.seconds
    let time = began == nil ? "" : seconds == 0 ? "0 s" : Format.duration(.seconds(seconds))
    let sent = upload.map { "\($0.bar) \($0.text)" }
    switch state {
    case .working(let phase, let what?):
      return [
        Cell(name), Cell(phase), Cell(count), Cell(time),
        Cell([sent, what].compactMap(\.self).joined(separator: "  ")),
      ]
    case .working(let phase, nil):
      return [Cell(name), Cell(phase), Cell(count), Cell(time), Cell("waits for other machines", style: .faint)]
    case .waiting: return [Cell(name), Cell("waits", style: .faint), Cell(count), Cell(time), Cell(sent ?? "")]
    case .failed(let why): return ending(now: now) + [Cell(why)]
    case .done, .skipped: return ending(now: now)
    }
  }

  /// What came of it.
  func ending(now: Duration) -> [Cell] {
    let word =
      switch state {
      case .done: Cell("done", style: .good)
      case .failed: Cell("failed", style: .bad)
      case .skipped: Cell("skipped", style: .attention)
      case .working: Cell("stopped", style: .attention)
      case .waiting: Cell("not begun", style: .attention)
      }
    return [Cell(name), word, Cell(count), Cell(began == nil ? "" : Format.duration(elapsed(now)))]
  }

  private var count: String { "\(done)/\(actions)" }
  private func elapsed(_ now: Duration) -> Duration { (ended ?? now) - (began ?? ended ?? now) }
}
