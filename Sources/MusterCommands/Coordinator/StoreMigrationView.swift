import TaskModel
import TaskStore
import Terminal

/// What `muster coordinator migrate` copied, in `--output json` and as a table.
struct StoreMigrationView: Encodable {
  let from: String
  let to: String
  let dryRun: Bool
  let kinds: [Kind]
  let tasks: Int
  let unverified: Int
  let attempts: Int
  let logPieces: Int
  let bytes: Int64
  let checksum: String

  struct Kind: Encodable {
    let kind: String
    let states: [String: Int]
    let total: Int
  }

  enum CodingKeys: String, CodingKey {
    case from, to, kinds, tasks, unverified, attempts, bytes, checksum
    case dryRun = "dry_run"
    case logPieces = "log_pieces"
  }

  init(from: String, to: String, tally: TransferTally, isDryRun: Bool) {
    self.from = from
    self.to = to
    dryRun = isDryRun
    kinds = Self.kinds(tally)
    tasks = tally.tasks
    unverified = tally.unverified
    attempts = tally.attempts
    logPieces = tally.logPieces
    bytes = tally.bytes
    checksum = tally.checksum
  }

  private static func kinds(_ tally: TransferTally) -> [Kind] {
    Dictionary(grouping: tally.counts, by: \.kind).sorted { $0.key < $1.key }.map { kind, counts in
      let states = Dictionary(counts.map { ($0.state.name, $0.count) }, uniquingKeysWith: +)
      return Kind(kind: kind, states: states, total: counts.reduce(0) { $0 + $1.count })
    }
  }

  static func table(_ tally: TransferTally) -> Table {
    let states = TaskState.allCases.map(\.name)
    var table = Table(
      ["KIND"] + states.map { Column($0.uppercased(), .right) } + [Column("TOTAL", .right)], whenEmpty: "no tasks")
    for kind in kinds(tally) {
      table.add(
        [Cell(kind.kind)] + states.map { Cell(Format.count(UInt64(kind.states[$0] ?? 0))) }
          + [Cell(Format.count(UInt64(kind.total)))])
    }
    return table
  }
}
