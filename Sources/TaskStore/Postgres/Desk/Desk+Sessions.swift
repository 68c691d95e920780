import MusterCore
import PostgreSQL
import TaskModel

extension Desk {
  /// Lets a session in by the rules of ``SessionLedger``, on its locked row.
  ///
  /// - Returns: the answer, and the coordinator that had the session before.
  func open(_ greeting: SessionGreeting, _ db: PostgresSession) throws -> (answer: ConnectAnswer, before: Int64?) {
    let inserted = try write(
      greeting,
      """
      INSERT INTO session (name, coordinator, session, generation, connected, accepting, kinds, slots, memory, gpus, build,
        since, heard, ends)
      VALUES ($1, $2, $3, $4, true, true, $5, $6, $7, $8, $9, clock(), clock(), clock() + $10::int8 * interval '1 millisecond')
      ON CONFLICT (name) DO NOTHING
      """, db)
    if inserted == 1 { return (.opened, nil) }
    let row = try db.rows(
      """
      SELECT s.coordinator, s.session, s.generation, s.connected AND EXISTS (
        SELECT FROM coordinator c WHERE c.id = s.coordinator
          AND c.heard > clock() - $2::int8 * interval '1 millisecond')
      FROM session s WHERE s.name = $1 FOR NO KEY UPDATE OF s
      """, [.text(greeting.name), .int(grace.wholeMilliseconds)]
    ).first
    // It ended in this very moment.
    guard let row else {
      return (.refused("the session of worker '\(greeting.name)' is just ending; connect again"), nil)
    }
    let before = row.int(0)
    let session = row.optionalInt(1).map { UInt64(bitPattern: $0) }
    let generation = UInt64(bitPattern: row.int(2))
    let answer: ConnectAnswer
    if let session, session != greeting.session {
      if row.bool(3) {
        return (
          .refused(
            """
            a worker named '\(greeting.name)' is connected already; give this one another name, or, if that one has just \
            died, try again in \(max(grace.wholeMilliseconds / 1000, 1)) s
            """), nil
        )
      }
      answer = .replaced(oldSession: session)
    } else if session != nil, greeting.generation <= generation {
      return (
        .refused(
          """
          worker '\(greeting.name)' greeted with connection number \(greeting.generation), but number \(generation) was \
          there before; connect again with a higher one
          """), nil
      )
    } else {
      answer = .resumed
    }
    _ = try write(
      greeting,
      """
      UPDATE session SET coordinator = $2, session = $3, generation = $4, connected = true, accepting = true, kinds = $5,
        slots = $6, memory = $7, gpus = $8, build = $9, since = clock(), heard = clock(),
        ends = clock() + $10::int8 * interval '1 millisecond' WHERE name = $1
      """, db)
    return (answer, before)
  }

  private func write(_ greeting: SessionGreeting, _ sql: String, _ db: PostgresSession) throws -> Int {
    try db.change(
      sql,
      [
        .text(greeting.name), .int(coordinator), .int(Int64(bitPattern: greeting.session)),
        .int(Int64(bitPattern: greeting.generation)), .texts(greeting.kinds), .int4(Int32(greeting.capacity.slots)),
        .int(Int64(bitPattern: greeting.capacity.memory)), .int4(Int32(greeting.capacity.gpus)),
        .text(greeting.build), .int(grace.wholeMilliseconds),
      ])
  }
}
