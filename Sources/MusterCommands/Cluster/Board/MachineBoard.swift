import Terminal

/// What each machine does while work goes on on many: takes what happens, and gives a line a machine. A value; times are
/// handed in, since some start.
struct MachineBoard: Sendable {
  private(set) var rows: [MachineRow]
  private let places: [String: Int]

  /// - Parameter machines: those with something to do, and how many actions that is.
  init(_ machines: [(name: String, actions: Int)]) {
    rows = machines.map { MachineRow($0.name, actions: $0.actions) }
    places = Dictionary(machines.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  /// An action begins.
  ///
  /// - Returns: a line for a log, if a person should read of it there; so do the others.
  mutating func begin(_ machine: String, phase: String, what: String, now: Duration) -> Cell? {
    change(machine) { $0.begin(phase: phase, what: what, now: now) }
  }

  /// Some of what the action sends has gone.
  mutating func progress(_ machine: String, bytes: Int, of: Int, now: Duration) -> Cell? {
    change(machine) { $0.progress(UploadMeter(bytes: bytes, of: of), now: now) }
  }

  /// An action ended, or will not be begun.
  mutating func end(_ machine: String, _ outcome: ActionOutcome, now: Duration) -> Cell? {
    change(machine) { $0.end(outcome, now: now) }
  }

  /// What is redrawn in place.
  func lines(width: Int, height: Int, now: Duration, colours: Bool) -> [String] {
    var table = LiveTable(Self.columns)
    for row in rows { table.add(row.cells(now: now), rank: row.rank) }
    return table.lines(width: width, height: height, colours: colours)
  }

  /// What stays on the screen at the end: nothing of it is cut.
  func ending(now: Duration) -> Table {
    var table = Table(Self.columns)
    for row in rows { table.add(row.lastCells(now: now)) }
    return table
  }

  private static let columns = [
    Column("", shrinks: false), Column("", shrinks: false), Column("", .right, shrinks: false),
    Column("", .right, shrinks: false), Column(""),
  ]

  private mutating func change(_ machine: String, _ body: (inout MachineRow) -> Cell?) -> Cell? {
    guard let place = places[machine] else { return nil }
    return body(&rows[place])
  }
}
