import Provisioning
import Terminal

/// What each machine does while a plan is carried out: takes what happens, and gives a line a machine. A value; times are
/// handed in, since some start.
struct MachineBoard: Sendable {
  private(set) var rows: [MachineRow]
  private let places: [String: Int]

  /// The machines with something to do, in the plan's order.
  init(_ plan: ClusterPlan) {
    var counts: [String: Int] = [:]
    var names: [String] = []
    for action in plan.actions {
      if counts[action.machine] == nil { names.append(action.machine) }
      counts[action.machine, default: 0] += 1
    }
    rows = names.map { MachineRow($0, actions: counts[$0] ?? 0) }
    places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  /// - Returns: a line for a log, if a person should read of it there: a phase begins, what was sent, every ten seconds, the end.
  mutating func take(_ event: RunEvent, now: Duration) -> Cell? {
    switch event {
    case .action(let action, let state):
      change(action.machine) { row in
        switch state {
        case .begun: row.begin(phase: Self.word(action.phase), what: action.what, now: now)
        case .done: row.actionDone(now: now)
        case .failed(let why): row.actionFailed(why, now: now)
        // Other machines may be the reason, and this one is well.
        case .skipped: nil
        }
      }
    case .upload(let machine, let bytes, let of):
      change(machine) { $0.progress(UploadMeter(bytes: bytes, of: of), now: now) }
    case .machine(let machine, let outcome): change(machine) { $0.settle(outcome, now: now) }
    }
  }

  /// What is redrawn in place.
  func lines(width: Int, height: Int, now: Duration, colours: Bool) -> [String] {
    var table = LiveTable(Self.columns)
    for row in rows { table.add(row.cells(now: now), rank: row.rank) }
    return table.lines(width: width, height: height, colours: colours)
  }

  /// What stays on the screen at the end.
  func ending(now: Duration) -> Table {
    var table = Table(Self.columns)
    for row in rows { table.add(row.ending(now: now)) }
    return table
  }

  private static let columns = [
    Column("", shrinks: false), Column("", shrinks: false), Column("", .right, shrinks: false),
    Column("", .right, shrinks: false), Column(""),
  ]

  private static func word(_ phase: PlanPhase) -> String {
    switch phase {
    case .prepare: "prepare"
    case .start: "start"
    case .finish: "finish"
    }
  }

  private mutating func change(_ machine: String, _ body: (inout MachineRow) -> Cell?) -> Cell? {
    guard let place = places[machine] else { return nil }
    return body(&rows[place])
  }
}
