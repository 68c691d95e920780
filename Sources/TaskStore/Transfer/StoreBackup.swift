import Foundation
import GRDB

/// Copies an embedded store into a folder of its own while its coordinator runs: as it was at one moment.
///
/// The copy is a store: a coordinator can be started over it as it is. It is on disk, whole and checked, or not there at
/// all.
public struct StoreBackup: Sendable {
  /// What a backup holds.
  public struct Report: Sendable, Hashable {
    public let tasks: Int
    /// Payloads that stand in files of their own.
    public let payloadFiles: Int
    /// Of everything.
    public let bytes: Int64
  }

  private let folder: String
  private let file: String
  /// Called before each copy of payloads that a snapshot names: for tests.
  private let whenSnapped: @Sendable (_ round: Int) throws -> Void

  /// How often a snapshot is taken anew because a payload that it names was removed before it was copied.
  private static let mostRounds = 20

  /// - Parameters:
  ///   - folder: where the store stands.
  ///   - file: the database's name in it.
  public init(folder: String, file: String) { self.init(folder: folder, file: file) { _ in } }

  init(folder: String, file: String, whenSnapped: @escaping @Sendable (_ round: Int) throws -> Void) {
    self.folder = folder
    self.file = file
    self.whenSnapped = whenSnapped
  }

  /// Makes the backup. Blocks for as long as that takes.
  ///
  /// - Parameter target: a folder that does not exist; the one above it does.
  /// - Throws: ``StoreError``: no store there, the target exists, no room.
  public func make(at target: String) throws -> Report {
    let path = "\(folder)/\(file)"
    guard FileManager.default.fileExists(atPath: path) else {
      throw StoreError(.unusable, "there is no store '\(path)'; name one that exists")
    }
    guard !FileManager.default.fileExists(atPath: target) else {
      throw StoreError(.unusable, "'\(target)' exists already; name a folder that does not, to be made")
    }
    let draft = "\(target).incomplete-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
    guard mkdir(draft, 0o700) == 0 else { throw StoreError.fromSystem("make the folder", draft) }
    do {
      let report = try fill(draft, from: path)
      guard rename(draft, target) == 0 else { throw StoreError.fromSystem("rename", draft) }
      try PrivateFolder.sync(URL(filePath: target).deletingLastPathComponent().path)
      return report
    } catch {
      try? FileManager.default.removeItem(atPath: draft)
      throw StoreError.from(error, path: path)
    }
  }

  private func fill(_ draft: String, from path: String) throws -> Report {
    let copies = try PayloadFiles(folder: "\(draft)/payloads")
    let originals = "\(folder)/payloads"
    // Most are copied before the snapshot is taken: between it and the end the coordinator may remove what it names.
    for name in try payloads(in: originals) { _ = try FileCopy.copy("\(originals)/\(name)", to: copies.path(of: name)) }
    let snapshot = "\(draft)/\(file)"
    var named: Set<String> = []
    var round = 0
    repeat {
      round += 1
      guard round <= Self.mostRounds else {
        throw StoreError(
          .unavailable,
          "payloads in '\(originals)' are removed faster than they can be copied; try again when less is going on")
      }
      unlink(snapshot)
      try snap(path, into: snapshot)
      named = try names(in: snapshot)
      try whenSnapped(round)
    } while try !named.allSatisfy { name in
      let copy = copies.path(of: name)
      if FileManager.default.fileExists(atPath: copy) { return true }
      return try FileCopy.copy("\(originals)/\(name)", to: copy)
    }
    copies.remove(try payloads(in: copies.folder).filter { !named.contains($0) })
    try FileSync.file(snapshot)
    for folder in [copies.folder, draft] { try PrivateFolder.sync(folder) }
    return try check(snapshot, copies, named)
  }

  /// The database as it is at one moment, in one file without a journal.
  private func snap(_ path: String, into copy: String) throws {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? queue.close() }
    try queue.unsafeRead { db in
      guard try Int.fetchOne(db, sql: "PRAGMA application_id") == Schema.mark else {
        throw StoreError(.corrupt, "'\(path)' is no muster store; name the file of one")
      }
      try db.execute(sql: "VACUUM INTO ?", arguments: [copy])
    }
    chmod(copy, 0o600)
  }

  private func names(in snapshot: String) throws -> Set<String> {
    try read(snapshot) { db in
      try String.fetchSet(
        db, sql: "SELECT file FROM input WHERE file IS NOT NULL UNION SELECT file FROM result WHERE file IS NOT NULL")
    }
  }

  private func check(_ snapshot: String, _ copies: PayloadFiles, _ named: Set<String>) throws -> Report {
    let tasks = try read(snapshot) { db in
      let said = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "nothing"
      guard said == "ok" else {
        throw StoreError(.corrupt, "the store '\(folder)/\(file)' is damaged (\(said)); it was not backed up")
      }
      return try Int.fetchOne(db, sql: "SELECT count(*) FROM task") ?? 0
    }
    let bytes = try ([snapshot] + named.map(copies.path(of:))).reduce(into: Int64(0)) { sum, path in
      sum += try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64 ?? 0
    }
    return Report(tasks: tasks, payloadFiles: named.count, bytes: bytes)
  }

  private func read<R>(_ path: String, _ body: (Database) throws -> R) throws -> R {
    var configuration = Configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? queue.close() }
    return try queue.read(body)
  }

  private func payloads(in folder: String) throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("p-") }
  }
}
