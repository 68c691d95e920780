import Foundation
import MusterCore
import PostgreSQL
import TaskModel

/// Writes rows into the tables of a PostgreSQL store.
struct PostgresTransferWriter: Sendable {
  /// How long running attempts go on of workers without heartbeats.
  let leases: @Sendable (_ worker: String, _ kind: String) -> Duration?

  func write(_ rows: [TransferRow], of part: TransferPart, _ db: PostgresSession) throws {
    switch part {
    case .task: try write(rows.compactMap { if case .task(let task) = $0 { task } else { nil } }, db)
    case .verification:
      try write(rows.compactMap { if case .verification(let verification) = $0 { verification } else { nil } }, db)
    case .attempt: try write(rows.compactMap { if case .attempt(let attempt) = $0 { attempt } else { nil } }, db)
    case .dependency:
      let pairs = rows.compactMap { if case .dependency(let task, let needs) = $0 { (task, needs) } else { nil } }
      try db.change(
        "INSERT INTO dependency (task, needs) SELECT * FROM unnest($1::int8[], $2::int8[])",
        [.ints(pairs.map(\.0)), .ints(pairs.map(\.1))])
    case .log:
      let pieces = rows.compactMap {
        if case .log(_, let key, let bytes, let dropped) = $0 { (key, bytes, dropped) } else { nil }
      }
      try db.change(
        """
        INSERT INTO log (key, bytes, dropped) SELECT u.key, u.bytes, u.dropped
        FROM unnest($1::int8[], $2::bytea[], $3::int8[]) WITH ORDINALITY AS u(key, bytes, dropped, place) ORDER BY u.place
        """, [.ints(pieces.map(\.0)), .byteas(pieces.map(\.1)), .ints(pieces.map(\.2))])
    }
  }

  private func write(_ tasks: [TransferTask], _ db: PostgresSession) throws {
    try makeLanes(tasks, db)
    try db.change(
      """
      INSERT INTO task (seq, id, lane, max_attempts, submitted, deadline, identity, labels, input_size, input)
      SELECT u.seq, u.id, l.id, u.attempts, u.submitted, u.deadline, u.identity, u.labels::jsonb, u.size, u.input
      FROM unnest($1::int8[], $2::text[], $3::text[], $4::int4[], $5::int4[], $6::int8[], $7::int4[], $8::bool[],
        $9::int4[], $10::timestamptz[], $11::timestamptz[], $12::bytea[], $13::text[], $14::int4[], $15::bytea[])
        AS u(seq, id, kind, priority, slots, memory, gpus, oversize, attempts, submitted, deadline, identity, labels, size,
          input)
      JOIN kind k ON k.name = u.kind JOIN lane l ON l.kind = k.id AND l.priority = u.priority::int2 AND l.slots = u.slots
        AND l.memory = u.memory AND l.gpus = u.gpus AND l.oversize = u.oversize
      ORDER BY u.seq
      """,
      [.ints(tasks.map(\.sequence)), .texts(tasks.map(\.id))] + lanes(tasks) + [
        .int4s(tasks.map { Int32(clamping: $0.maxAttempts) }), .times(tasks.map(\.submitted)),
        .times(tasks.map(\.deadline)), .byteas(tasks.map(\.identity)),
        .optionalTexts(try tasks.map { try IntakeDesk.labels($0.labels) }),
        .int4s(tasks.map { Int32(clamping: $0.input.count) }), .byteas(tasks.map { $0.input.isEmpty ? nil : $0.input }),
      ])
    try writeLive(tasks.filter { !$0.state.isFinal }, db)
    try writeFinal(tasks.filter(\.state.isFinal), db)
  }

  private func lanes(_ tasks: [TransferTask]) -> [PostgresValue] {
    [
      .texts(tasks.map(\.kind)), .int4s(tasks.map { Int32($0.priority) }), .int4s(tasks.map { Int32($0.needs.slots) }),
      .ints(tasks.map { Int64(bitPattern: $0.needs.memory) }), .int4s(tasks.map { Int32($0.needs.gpus) }),
      .bools(tasks.map(\.oversize)),
    ]
  }

  private func makeLanes(_ tasks: [TransferTask], _ db: PostgresSession) throws {
    try db.change(
      "INSERT INTO kind (name) SELECT DISTINCT name FROM unnest($1::text[]) AS name ON CONFLICT DO NOTHING",
      [.texts(Array(Set(tasks.map(\.kind))))])
    try db.change(
      """
      INSERT INTO lane (kind, priority, slots, memory, gpus, oversize)
      SELECT DISTINCT k.id, u.priority::int2, u.slots, u.memory, u.gpus, u.oversize
      FROM unnest($1::text[], $2::int4[], $3::int4[], $4::int8[], $5::int4[], $6::bool[])
        AS u(kind, priority, slots, memory, gpus, oversize)
      JOIN kind k ON k.name = u.kind ON CONFLICT DO NOTHING
      """, lanes(tasks))
  }

  private func writeLive(_ tasks: [TransferTask], _ db: PostgresSession) throws {
    if tasks.isEmpty { return }
    // Without a coordinator: the first that starts takes charge of what runs, and its workers come to it.
    try db.change(
      """
      INSERT INTO live (seq, lane, ord, state, since, max_attempts, deadline, input_size, failures, handouts, forgiven, epoch,
        worker, handed, started, not_before, error, failed_on, lease_ends)
      SELECT t.seq, t.lane, t.seq, u.state::int2, coalesce(u.handed, t.submitted), t.max_attempts, t.deadline,
        t.input_size, u.failures, u.handouts, u.forgiven, u.epoch, u.worker, u.handed, u.started, u.not_before, u.error,
        CASE WHEN u.failed_on IS NOT NULL THEN ARRAY(SELECT jsonb_array_elements_text(u.failed_on::jsonb)) END,
        clock_timestamp() + u.lease * interval '1 millisecond'
      FROM unnest($1::int8[], $2::int4[], $3::int4[], $4::int8[], $5::int8[], $6::int8[], $7::text[], $8::timestamptz[],
        $9::bool[], $10::timestamptz[], $11::text[], $12::text[], $13::int8[])
        AS u(seq, state, failures, handouts, forgiven, epoch, worker, handed, started, not_before, error, failed_on, lease)
      JOIN task t ON t.seq = u.seq ORDER BY t.seq
      """,
      head(tasks) + [
        .bools(tasks.map(\.started)), .times(tasks.map(\.notBefore)), .optionalTexts(tasks.map(\.error)),
        .optionalTexts(try tasks.map { try Self.json($0.failedOn) }),
        .optionalInts(
          tasks.map { task in
            guard task.state == .running, let worker = task.worker else { return nil }
            return leases(worker, task.kind)?.wholeMilliseconds
          }),
      ])
  }

  private func writeFinal(_ tasks: [TransferTask], _ db: PostgresSession) throws {
    if tasks.isEmpty { return }
    try db.change(
      """
      INSERT INTO final (seq, kind, state, finished, failures, handouts, forgiven, epoch, worker, handed, error, failed_by,
        result_key, result_size, result, late, run_ns)
      SELECT u.seq, l.kind, u.state::int2, coalesce(u.finished, t.submitted), u.failures, u.handouts, u.forgiven, u.epoch,
        u.worker, u.handed, u.error, u.failed_by, u.result_key, u.size, u.result, u.late, u.run_ns
      FROM unnest($1::int8[], $2::int4[], $3::int4[], $4::int8[], $5::int8[], $6::int8[], $7::text[], $8::timestamptz[],
        $9::timestamptz[], $10::text[], $11::int8[], $12::int8[], $13::int4[], $14::bytea[], $15::bool[], $16::int8[])
        AS u(seq, state, failures, handouts, forgiven, epoch, worker, handed, finished, error, failed_by, result_key, size,
          result, late, run_ns)
      JOIN task t ON t.seq = u.seq JOIN lane l ON l.id = t.lane ORDER BY u.seq
      """,
      head(tasks) + [
        .times(tasks.map(\.finished)), .optionalTexts(tasks.map(\.error)), .optionalInts(tasks.map(\.failedBy)),
        .optionalInts(tasks.map(\.resultKey)), .int4s(tasks.map { Int32(clamping: $0.result.count) }),
        .byteas(tasks.map { $0.result.isEmpty ? nil : $0.result }), .bools(tasks.map(\.late)),
        .ints(tasks.map(\.runNanoseconds)),
      ])
  }

  private func head(_ tasks: [TransferTask]) -> [PostgresValue] {
    [
      .ints(tasks.map(\.sequence)), .int4s(tasks.map { Int32($0.state.rawValue) }),
      .int4s(tasks.map { Int32(clamping: $0.failures) }), .ints(tasks.map(\.handouts)), .ints(tasks.map(\.forgiven)),
      .optionalInts(tasks.map(\.epoch)), .optionalTexts(tasks.map(\.worker)), .times(tasks.map(\.handed)),
    ]
  }

  private func write(_ verifications: [TransferRow.Verification], _ db: PostgresSession) throws {
    try db.change(
      """
      INSERT INTO verification (key, epoch, worker, late, run_ns, size, result, since)
      SELECT u.*, clock_timestamp() FROM unnest($1::int8[], $2::int8[], $3::text[], $4::bool[], $5::int8[], $6::int4[], $7::bytea[])
        AS u(key, epoch, worker, late, run_ns, size, result)
      """,
      [
        .ints(verifications.map(\.key)), .ints(verifications.map(\.epoch)), .texts(verifications.map(\.worker)),
        .bools(verifications.map(\.late)), .ints(verifications.map(\.runNanoseconds)),
        .int4s(verifications.map { Int32(clamping: $0.result.count) }),
        .byteas(verifications.map { $0.result.isEmpty ? nil : $0.result }),
      ])
  }

  private func write(_ attempts: [TransferRow.Attempt], _ db: PostgresSession) throws {
    try db.change(
      """
      INSERT INTO attempt (key, epoch, worker, outcome, error, started, ended)
      SELECT * FROM unnest($1::int8[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
        $7::timestamptz[])
      """,
      [
        .ints(attempts.map(\.key)), .ints(attempts.map(\.epoch)), .texts(attempts.map(\.worker)),
        .texts(attempts.map(\.outcome)), .texts(attempts.map(\.error)), .times(attempts.map(\.started)),
        .times(attempts.map(\.ended)),
      ])
  }

  private static func json(_ names: [String]) throws -> String? {
    names.isEmpty ? nil : String(decoding: try JSONEncoder().encode(names), as: UTF8.self)
  }
}
