import Foundation

/// Remembers the digests of large files, so that each is read once and not at every run.
///
/// A digest holds as long as the file has the same size and the same times of change, to the nanosecond.
public struct DigestCache: Sendable, Equatable {
  struct Entry: Codable, Sendable, Equatable {
    var stamp: FileStamp
    var digest: String
  }

  private static let largest = 16 << 20
  /// By absolute path.
  private var entries: [String: Entry] = [:]
  private var isChanged = false

  public init() {}

  /// What a file of this sort says; an empty one if it is not there or makes no sense, since everything in it can be found out anew.
  public init(file: String) {
    guard let bytes = try? BoundedBytes.read(file, limit: Self.largest),
      let entries = try? JSONDecoder().decode([String: Entry].self, from: Data(bytes))
    else { return }
    self.entries = entries
  }

  func digest(of path: String, _ stamp: FileStamp) -> String? {
    guard let entry = entries[path], entry.stamp == stamp, entry.digest.utf8.count == 64 else { return nil }
    return entry.digest
  }

  mutating func keep(_ digest: String, of path: String, _ stamp: FileStamp) {
    let entry = Entry(stamp: stamp, digest: digest)
    guard entries[path] != entry else { return }
    entries[path] = entry
    isChanged = true
  }

  /// Writes the file anew if something has changed; whole or not at all.
  ///
  /// - Throws: what the file system says. The cache may be done without.
  public func save(to file: String) throws {
    guard isChanged else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try encoder.encode(entries).write(to: URL(fileURLWithPath: file), options: .atomic)
  }
}
