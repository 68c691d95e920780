import Foundation
import MusterCore
import PostgreSQL
import TaskModel

/// The prover cluster's `task` table, which its backend fills and other programs use at the same time.
///
/// The table is not altered: what Muster knows of a row stands in ``tables``, beside its own. A row is *as we left it* if
/// its status and prover_id are what was last written (or seen, before anything was written) and its circuit, block, input
/// and output are what was read. Every write is made on a locked row that is as we left it; a row that is not is another
/// program's, and that program has won. No write ever waits for another program's lock.
///
/// Facts of the table: docs/prover-cluster.md.
struct ProverClusterTable: Sendable {
  /// What was found: names, types, limits.
  let shape: ProverClusterShape
  /// Muster's own schema.
  let schema: String
  /// Whether the highest block is proved first.
  let latestFirst: Bool
  /// Bytes of JSON text; a row with a larger input is left alone and told of.
  let maxInput: Int

  /// When the rows before one have this many bytes of input, as they lie on the disk, it is left for the next look.
  static let lookBytes = 8 << 20

  init(shape: ProverClusterShape, schema: String = "muster", latestFirst: Bool, maxInput: Int = 16 << 20) {
    self.shape = shape
    self.schema = schema
    self.latestFirst = latestFirst
    self.maxInput = maxInput
  }

  /// How far the looks have come with the rows of tasks that wait.
  let round = LookRound()

  /// The table's qualified name as it stands in SQL.
  var table: String { shape.table }

  /// The table of what is known of rows, for statements that are run ``amongTheirs(_:_:)``.
  var known: String { "\(PostgresSchema.quoted(schema)).outer_row" }

  /// What is known of rows, for the schema's migrations.
  ///
  /// `stands`: see ``Standing``. `version` is the row's xmin when it was last written or read: nobody has touched a row
  /// whose xmin is still that, so that its contents need not be compared by `digest`.
  static let tables = """
    CREATE TABLE outer_row (
      seq int8 NOT NULL UNIQUE, version xid NOT NULL, stands int2 NOT NULL DEFAULT 0, task_id text PRIMARY KEY,
      prover text, digest bytea NOT NULL) WITH (fillfactor = 70);
    CREATE INDEX outer_row_marked ON outer_row (seq, stands) WHERE stands IN (1, 4);

    -- Rows that cannot become tasks, each as it stood when that was found.
    CREATE TABLE outer_problem (task_id text PRIMARY KEY, version xid NOT NULL, problem text NOT NULL);
    """

  /// How a row stands with us. The raw values are stored: never renumber.
  enum Standing: Int16 {
    /// Unmarked: its task waits for a worker, or has failed or was cancelled.
    case free = 0
    /// Marked `proving` with our prover_id.
    case marked = 1
    /// We wrote its proof.
    case proved = 2
    /// Another program had it when its task ended: if it is `inited` again one day, that is a new round.
    case lost = 3
    /// Marked, and to be set back to `inited` as soon as another program's lock lets us.
    case owed = 4
  }

  // MARK: Parts of statements. `r` is the outer row, `o` ours.

  /// What makes a row the same work as before. Its time of creation too: a row that was deleted and inserted again is new.
  static let digest = """
    sha256(convert_to(ROW(r.circuit, r.block_id, extract(epoch FROM r.created_time)::int8, r.input, r.output)::text, 'UTF8'))
    """

  /// The digest is not computed for a row that nobody touched.
  static let isSame = "CASE WHEN r.xmin = o.version THEN true ELSE \(digest) = o.digest END"

  static let isMarked =
    "o.stands IN (1, 4) AND r.status = 'proving' AND r.prover_id COLLATE \"C\" IS NOT DISTINCT FROM o.prover"

  /// Our keys as the table compares its own.
  var key: String { "o.task_id\(shape.collation)" }

  /// The most characters of a prover_id: the original's 30, or less if the column has less.
  var proverLimit: Int { min(30, shape.limits["prover_id"] ?? 30) }

  /// What stands in `prover_id`: the name without the roster's `original/KIND/`, cut.
  ///
  /// Characters are Unicode scalars here, as the server counts them; a cut by graphemes might not fit the column.
  func proverID(_ worker: String) -> String {
    var name = Substring(worker)
    if worker.hasPrefix("original/"), let slash = worker.dropFirst(9).firstIndex(of: "/") {
      name = worker[worker.index(after: slash)...]
    }
    var cut = String.UnicodeScalarView()
    // The server's texts cannot hold the zero.
    cut.append(contentsOf: name.unicodeScalars.lazy.filter { $0.value != 0 }.prefix(proverLimit))
    return String(cut)
  }
}
