import MusterCore

/// Copies one store into another, both of them without a coordinator, whole or not at all.
///
/// Tasks keep their numbers, attempts and tokens, and the store keeps its id, so that workers that are at work come to a coordinator over the new store
/// and go on. The old store's tasks are not changed; it gets the
/// form of this version, if it had an older one. What only a running coordinator knows is not copied: which workers are
/// set aside, and sessions.
public struct StoreTransfer: Sendable {
  /// What it is about while it lasts.
  public enum Step: Sendable, Hashable {
    case reading, copying, comparing
  }

  private let from: StorePlace
  private let to: StorePlace
  private let build: String
  private let leases: @Sendable (_ worker: String, _ kind: String) -> Duration?
  private let progress: @Sendable (Step, _ tasks: Int) -> Void

  /// - Parameters:
  ///   - build: this program's version, which a database remembers whose tables it makes.
  ///   - leases: how long running attempts go on of workers without heartbeats; nil for others.
  ///   - progress: told now and then how many tasks a step is through with.
  public init(
    from: StorePlace, to: StorePlace, build: String = "",
    leases: @escaping @Sendable (_ worker: String, _ kind: String) -> Duration?,
    progress: @escaping @Sendable (Step, _ tasks: Int) -> Void = { _, _ in }
  ) {
    self.from = from
    self.to = to
    self.build = build
    self.leases = leases
    self.progress = progress
  }

  /// Says what ``copy()`` would copy; changes nothing.
  ///
  /// - Throws: ``StoreError`` where ``copy()`` would.
  public func survey() async throws -> TransferTally {
    try await using(try await source()) { source in
      try await checkTarget()
      return try await tally(.reading) { try await source.rows($0, after: $1) }
    }
  }

  /// Copies everything, reads it back and compares, and only then makes it the store.
  ///
  /// - Throws: ``StoreError``: a store that is missing, open elsewhere, no muster store, or not empty; what went wrong with
  ///   the copy, of which nothing is left then.
  public func copy() async throws -> TransferTally {
    try await using(try await source()) { source in
      let target: any TransferTarget
      switch to {
      case .embedded(let folder, let file): target = try EmbeddedTransferTarget(folder: folder, file: file)
      case .postgres(let address, let schema):
        target = try await PostgresTransferTarget.open(address, schema: schema, build: build, leases: leases)
      }
      do {
        try await target.take(id: try await source.id())
        let read = try await tally(.copying) { part, cursor in
          let rows = try await source.rows(part, after: cursor)
          if !rows.isEmpty { try await target.write(rows, of: part) }
          return rows
        }
        let written = try await tally(.comparing) { try await target.rows($0, after: $1) }
        guard read == written else {
          throw StoreError(
            .corrupt,
            "what was written to \(to) is not what was read from \(from), so nothing was kept; please report this",
            details: ["read": read.checksum, "written": written.checksum])
        }
        try await target.complete()
        await target.close()
        return read
      } catch {
        await target.close()
        throw error
      }
    }
  }

  private func source() async throws -> any TransferSource {
    switch from {
    case .embedded(let folder, let file): try EmbeddedTransferSource(folder: folder, file: file)
    case .postgres(let address, let schema):
      try await PostgresTransferSource.open(address, schema: schema, build: build)
    }
  }

  private func checkTarget() async throws {
    switch to {
    case .embedded(let folder, let file): try EmbeddedTransferTarget.check(folder: folder, file: file)
    case .postgres(let address, let schema):
      try await PostgresTransferTarget.check(address, schema: schema, build: build)
    }
  }

  private func using<R>(_ source: any TransferSource, _ body: (any TransferSource) async throws -> R) async throws -> R
  {
    do {
      let result = try await body(source)
      await source.close()
      return result
    } catch {
      await source.close()
      throw error
    }
  }

  private func tally(
    _ step: Step, _ rows: (TransferPart, TransferCursor) async throws -> [TransferRow]
  ) async throws -> TransferTally {
    var tallier = TransferTallier()
    var tasks = 0
    for part in TransferPart.allCases {
      tallier.begin(part)
      var cursor = TransferCursor.start
      while true {
        try Task.checkCancellation()
        let batch = try await rows(part, cursor)
        guard let last = batch.last else { break }
        for row in batch { tallier.add(row, of: part) }
        cursor = last.cursor
        if part == .task {
          tasks += batch.count
          progress(step, tasks)
        }
      }
    }
    return tallier.finish()
  }
}
