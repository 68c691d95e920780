import Foundation
import GRDB
import Synchronization

/// An embedded store that is filled: under another name, which it loses when it is whole.
///
/// Until then a crash costs nothing, so the file is written without a journal and synced once.
final class EmbeddedTransferTarget: TransferTarget {
  private let lock: StoreLock
  private let queue: DatabaseQueue
  private let files: PayloadFiles
  private let writer: EmbeddedTransferWriter
  private let folder: String
  private let path: String
  private var draft: String { path + Self.suffix }
  private let isComplete = Mutex(false)
  private static let suffix = ".incomplete"

  init(folder: String, file: String) throws {
    self.folder = folder
    path = "\(folder)/\(file)"
    let draft = path + Self.suffix
    try PrivateFolder.make(folder)
    lock = try StoreLock(path: "\(folder)/muster.lock")
    do {
      try Self.checkIsEmpty(path)
      // From a transfer that was killed.
      Self.remove(draft)
      files = try PayloadFiles(folder: "\(folder)/payloads")
      var configuration = Configuration()
      configuration.prepareDatabase { db in
        try db.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536")
      }
      queue = try DatabaseQueue(path: draft, configuration: configuration)
      chmod(draft, 0o600)
      try Schema.prepare(queue, summary: "SQLite in \(draft)")
      writer = EmbeddedTransferWriter(files: files)
    } catch {
      lock.release()
      throw StoreError.from(error, path: path)
    }
  }

  /// Whether a store could be filled there; makes nothing.
  static func check(folder: String, file: String) throws {
    guard FileManager.default.fileExists(atPath: folder) else { return }
    let lock = try StoreLock(path: "\(folder)/muster.lock")
    defer { lock.release() }
    try checkIsEmpty("\(folder)/\(file)")
  }

  private static func checkIsEmpty(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    do {
      let queue = try DatabaseQueue(path: path)
      defer { try? queue.close() }
      try Schema.prepare(queue, summary: "SQLite in \(path)")
      let tasks = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM task") } ?? 0
      if tasks > 0 {
        throw StoreError(
          .unusable,
          "the store '\(path)' holds \(tasks) tasks already, and only an empty one can be filled; name another",
          details: ["tasks": String(tasks)])
      }
    } catch {
      throw StoreError.from(error, path: path)
    }
  }

  func take(id: String) async throws {
    do {
      try await queue.write { try $0.execute(sql: "UPDATE store SET id = ?", arguments: [id]) }
    } catch {
      throw StoreError.from(error, path: draft)
    }
  }

  func write(_ rows: [TransferRow], of part: TransferPart) async throws {
    do {
      try await queue.write { [writer] db in try writer.write(rows, db) }
    } catch {
      throw StoreError.from(error, path: draft)
    }
  }

  func rows(_ part: TransferPart, after cursor: TransferCursor) async throws -> [TransferRow] {
    do {
      return try await queue.read { [files] db in
        try EmbeddedTransferReader(files: files).rows(part, after: cursor, db)
      }
    } catch {
      throw StoreError.from(error, path: draft)
    }
  }

  func complete() async throws {
    try queue.close()
    try FileSync.file(draft)
    // An empty store may stand there: without its own journal, which would be taken for the new one's.
    Self.remove(path)
    guard rename(draft, path) == 0 else { throw StoreError.fromSystem("rename", draft) }
    isComplete.withLock { $0 = true }
    try PrivateFolder.sync(folder)
  }

  func close() async {
    try? queue.close()
    if !isComplete.withLock(\.self) {
      Self.remove(draft)
      files.remove(writer.written)
    }
    lock.release()
  }

  private static func remove(_ path: String) {
    for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
  }
}
