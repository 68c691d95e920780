import Foundation
import Testing

/// A file system of a few megabytes in memory, so that a test can fill a disk or make one read-only.
struct SmallDisk {
  let path: String

  /// Whether this process may mount one. Tried once, because root alone is not enough in every container.
  static let isAvailable: Bool = {
    guard geteuid() == 0, let disk = try? SmallDisk(megabytes: 1) else { return false }
    disk.remove()
    return true
  }()

  static let whyNot: Comment = "needs root and the right to mount a tmpfs"

  init(megabytes: Int) throws {
    path = FileManager.default.temporaryDirectory.path + "/muster-disk-\(UInt64.random(in: 0...UInt64.max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    do {
      try Self.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "muster-test", path)
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
  }

  func makeReadOnly() throws { try Self.run("mount", "-o", "remount,ro", path) }

  func remove() {
    // Lazily: a store that the test could not close would keep the mount busy.
    try? Self.run("umount", "-l", path)
    try? FileManager.default.removeItem(atPath: path)
  }

  struct Failed: Error { let command: [String] }

  private static func run(_ command: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(command: command) }
  }
}

/// A small disk for the time of `body`.
func withSmallDisk(megabytes: Int, _ body: (SmallDisk) async throws -> Void) async throws {
  let disk = try SmallDisk(megabytes: megabytes)
  defer { disk.remove() }
  try await body(disk)
}
