import Foundation
import GRDB

/// An embedded store that is read while its coordinator is stopped.
final class EmbeddedTransferSource: TransferSource {
  private let lock: StoreLock
  private let queue: DatabaseQueue
  private let reader: EmbeddedTransferReader
  private let path: String

  init(folder: String, file: String) throws {
    path = "\(folder)/\(file)"
    guard FileManager.default.fileExists(atPath: path) else {
      throw StoreError(.unusable, "there is no store '\(path)'; name one that exists")
    }
    lock = try StoreLock(path: "\(folder)/muster.lock")
    do {
      queue = try DatabaseQueue(path: path)
      try Schema.prepare(queue, summary: "SQLite in \(path)")
      reader = EmbeddedTransferReader(files: try PayloadFiles(folder: "\(folder)/payloads"))
    } catch {
      lock.release()
      throw StoreError.from(error, path: path)
    }
  }

  func id() async throws -> String {
    do {
      return try await queue.read { try Schema.id($0) }
    } catch {
      throw StoreError.from(error, path: path)
    }
  }

  func rows(_ part: TransferPart, after cursor: TransferCursor) async throws -> [TransferRow] {
    do {
      return try await queue.read { [reader] db in try reader.rows(part, after: cursor, db) }
    } catch {
      throw StoreError.from(error, path: path)
    }
  }

  func close() async {
    try? queue.close()
    lock.release()
  }
}
