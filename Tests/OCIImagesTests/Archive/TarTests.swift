import Foundation
import SeededDice
import Testing

@testable import OCIImages

@Suite("Tar archives")
struct TarTests {
  private static let entries: [(TarEntry, [UInt8])] = [
    (TarEntry(path: "folder", kind: .directory, mode: 0o755), []),
    (
      TarEntry(path: "folder/file", kind: .file, mode: 0o4755, user: 12, group: 3_000_000, modified: 77, size: 5),
      Array("hello".utf8)
    ),
    (
      TarEntry(path: "folder/" + String(repeating: "long/", count: 60) + "ü", kind: .file, mode: 0o600, size: 512),
      Array(repeating: 7, count: 512)
    ),
    (
      TarEntry(path: "link", kind: .symbolicLink(target: "folder/" + String(repeating: "x", count: 150)), mode: 0o777),
      []
    ),
    (TarEntry(path: "hard", kind: .hardLink(target: "folder/file"), mode: 0o4755), []),
    (TarEntry(path: "null", kind: .characterDevice(major: 1, minor: 3), mode: 0o666), []),
    (TarEntry(path: "pipe", kind: .pipe, mode: 0o600, modified: -5), []),
    (
      TarEntry(
        path: "capable", kind: .file, mode: 0o755, size: 0,
        extendedAttributes: ["security.capability": [0, 1, 10, 255]]), []
    ),
  ]

  static func archive(_ entries: [(TarEntry, [UInt8])]) throws -> [UInt8] {
    let sink = MemorySink()
    let writer = TarWriter(sink)
    for (entry, content) in entries {
      try writer.begin(entry)
      try writer.write(content)
    }
    try writer.finish()
    return sink.bytes
  }

  static func contents(_ bytes: [UInt8]) throws -> [(TarEntry, [UInt8])] {
    let reader = TarReader(MemorySource(bytes))
    var result: [(TarEntry, [UInt8])] = []
    while let entry = try reader.next() { result.append((entry, try reader.content(limit: 1 << 20))) }
    return result
  }

  @Test("are read as they were written, whatever the names, owners and kinds")
  func roundTrip() throws {
    let bytes = try Self.archive(Self.entries)
    let read = try Self.contents(bytes)
    #expect(read.count == Self.entries.count)
    for (found, written) in zip(read, Self.entries) {
      var entry = found.0
      if entry.kind == .directory { entry.path.removeLast() }
      #expect(entry == written.0)
      #expect(found.1 == written.1)
    }
    #expect(try Self.archive(Self.entries) == bytes)
    // What is not read is skipped.
    let reader = TarReader(MemorySource(bytes))
    var count = 0
    while try reader.next() != nil { count += 1 }
    #expect(count == Self.entries.count)
  }

  @Test("that we write, GNU tar lists and unpacks")
  func ours() throws {
    let folder = try ScratchFolder()
    let plain = Self.entries.filter { if case .characterDevice = $0.0.kind { false } else { true } }
    let file = try folder.write("a.tar", try Self.archive(plain))
    let listing = try Program.run("tar", ["--numeric-owner", "--quoting-style=literal", "-tvf", file])
    #expect(listing.contains("-rwsr-xr-x 12/3000000"))
    #expect(listing.contains("1970-01-01 00:01 folder/file"))
    #expect(listing.contains("ü"))
    #expect(listing.contains("hard link to folder/file"))
    try FileManager.default.createDirectory(atPath: folder.path + "/out", withIntermediateDirectories: true)
    try Program.run("tar", ["--no-same-owner", "-xf", file, "-C", folder.path + "/out"])
    #expect(try folder.read("out/folder/" + String(repeating: "long/", count: 60) + "ü").count == 512)
  }

  @Test("that GNU tar writes, in each of its formats, we read", arguments: ["v7", "ustar", "gnu", "pax"])
  func theirs(format: String) throws {
    let folder = try ScratchFolder()
    // The two oldest formats have no room for long names.
    let long = ["v7", "ustar"].contains(format) ? "b" : String(repeating: "n", count: 180)
    try folder.write("in/a/\(long)", "content")
    try folder.link("in/l", to: ["v7", "ustar"].contains(format) ? "a" : String(repeating: "t", count: 180))
    try Program.run("tar", ["--format=\(format)", "--sort=name", "-cf", folder.path + "/x.tar", "in"], in: folder.path)
    let read = try Self.contents(try folder.read("x.tar"))
    #expect(read.map(\.0.path) == ["in/", "in/a/", "in/a/\(long)", "in/l"])
    #expect(read[2].1 == Array("content".utf8))
    guard case .symbolicLink = read[3].0.kind else {
      Issue.record("no link")
      return
    }
  }

  @Test("with sparse files are refused: what is in them depends on the reader")
  func sparse() throws {
    let folder = try ScratchFolder()
    try Program.run("truncate", ["-s", "10M", folder.path + "/hole"])
    for format in ["gnu", "pax"] {
      try Program.run("tar", ["-S", "--format=\(format)", "-cf", "x.tar", "hole"], in: folder.path)
      let bytes = try folder.read("x.tar")
      #expect { try Self.contents(bytes) } throws: { ($0 as? OCIError)?.code == .unsupported }
    }
  }

  @Test("that are cut off anywhere, or changed in a header, are refused")
  func damaged() throws {
    let bytes = try Self.archive([(TarEntry(path: "a", kind: .file, mode: 0o644, size: 5), Array("hello".utf8))])
    #expect(bytes.count == 512 * 4)
    for length in [0, 1, 511, 512, 600, 1023, 1024, 1300, 1535] {
      #expect(throws: OCIError.self, "\(length)") { try Self.contents(Array(bytes.prefix(length))) }
    }
    // The second block of zeros is not written by everybody.
    #expect(try Self.contents(Array(bytes.dropLast(512))).count == 1)
    for place in [0, 100, 124, 148, 156, 400] {
      var changed = bytes
      changed[512 * 0 + place] ^= 0x04
      #expect(throws: OCIError.self, "\(place)") { try Self.contents(changed) }
    }
  }

  @Test("with a file that has a folder's name and content are refused: readers differ in where the next entry begins")
  func folderWithContent() throws {
    let hidden = Array(try Self.archive([(TarEntry(path: "b", kind: .file, mode: 0o644), [])]).prefix(512))
    for type in [0, UInt8(ascii: "0"), UInt8(ascii: "7")] {
      var bytes = try Self.archive([(TarEntry(path: "a/", kind: .file, mode: 0o644, size: 512), hidden)])
      var block = TarBlock(Array(bytes.prefix(512)))
      block.type = type
      block.seal()
      bytes.replaceSubrange(0..<512, with: block.bytes)
      #expect { try Self.contents(bytes) } throws: { ($0 as? OCIError)?.code == .badArchive }
      _ = block.put(0, .size)
      block.seal()
      #expect(try Self.contents(block.bytes + Array(repeating: 0, count: 1024)).map(\.0.kind) == [.directory])
    }
  }

  @Test("with more entries or bytes than allowed are refused")
  func limits() throws {
    var limits = ArchiveLimits()
    limits.entries = 3
    let bytes = try Self.archive(Self.entries)
    let reader = TarReader(MemorySource(bytes), limits: limits)
    #expect(throws: OCIError.self) { while try reader.next() != nil {} }
    limits = ArchiveLimits()
    limits.totalSize = 100
    let other = TarReader(MemorySource(bytes), limits: limits)
    #expect(throws: OCIError.self) { while try other.next() != nil {} }
  }

  @Test("of any damage are read or refused, and never crash the program")
  func fuzz() throws {
    var mutations = Dice(seed: 3)
    let seed = try Self.archive(Self.entries)
    var read = 0
    for _ in 0..<1500 {
      var bytes = mutations.damaged(seed)
      // So that what is behind the checksum is reached as well.
      for start in stride(from: 0, to: bytes.count - 511, by: 512) where Bool.random(using: &mutations) {
        var block = TarBlock(Array(bytes[start..<start + 512]))
        if block.isZero { continue }
        block.seal()
        bytes.replaceSubrange(start..<start + 512, with: block.bytes)
      }
      do {
        var policy = ArchivePolicy(.folder, allowsDevices: true)
        for (entry, _) in try Self.contents(bytes) { _ = try policy.admit(entry) }
        read += 1
      } catch is OCIError {}
    }
    #expect(read > 0)
  }
}
