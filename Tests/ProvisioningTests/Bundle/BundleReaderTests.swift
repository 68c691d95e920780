import Foundation
import SeededDice
import Testing

@testable import Provisioning

@Suite("Bundles of artifacts")
struct BundleReaderTests {
  private func with(_ files: [String: String], _ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "muster-bundle-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (path, text) in files { try write(folder, path, text) }
    try body(folder)
  }

  private func write(_ folder: String, _ path: String, _ text: String) throws {
    let place = URL(fileURLWithPath: "\(folder)/\(path)")
    try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place)
  }

  private func read(_ folder: String) throws -> ArtifactBundle {
    var cache = DigestCache()
    return try BundleReader.read(folder, cache: &cache)
  }

  private static let tar = String(repeating: "\u{0}", count: 257) + "ustar" + String(repeating: "\u{0}", count: 250)
  private static let deb = "!<arch>\n"

  @Test("every sort of artifact is known by its name and place")
  func kinds() throws {
    let files = [
      "k3s": "#!/bin/sh\n", "k3s-arm64": "x", "k3s-airgap-images-amd64.tar": Self.tar, "images/a-arm64.tar": Self.tar,
      "images/b.tar": Self.tar, "manifests/m.yaml": "a: b", "packages/debian-12/cc_1%3a2_amd64.deb": Self.deb,
      "dd_3_all.deb": Self.deb, "docker/ubuntu-22.04/ee_4_amd64.deb": Self.deb, "versions": "# v\nk3s=v1.31.12+k3s1\n",
      "README": "hello", ".hidden": "x",
    ]
    try with(files) { folder in
      let bundle = try read(folder)
      #expect(bundle.problems == [])
      #expect(bundle.k3s(for: .amd64)?.digest == FileDigest.text("#!/bin/sh\n".utf8))
      #expect(bundle.images(for: .amd64).map(\.path) == ["images/b.tar", "k3s-airgap-images-amd64.tar"])
      #expect(bundle.images(for: .arm64).map(\.path) == ["images/a-arm64.tar", "images/b.tar"])
      #expect(bundle.packages(.base, release: "debian-12", .amd64).map(\.package?.version) == ["3", "1:2"])
      #expect(bundle.packages(.docker, release: "debian-12", .amd64) == [])
      #expect(bundle.versions == ["k3s": "v1.31.12+k3s1"])
      #expect(bundle.remarks.count == 1 && bundle.remarks[0].contains("'README' is not used"))
    }
  }

  @Test("all that is damaged or missing is said at once")
  func damaged() throws {
    let wrong = String(repeating: "0", count: 64)
    let files = [
      "k3s": "x", "gone.deb": Self.deb, "a.tar.gz": "<html>", "empty.tar": "", "with blank.tar": Self.tar,
      "SHA256SUMS": "\(wrong)  k3s\n\(wrong) *missing.tar\nnonsense\n", "sha256sum-amd64.txt": "\(wrong)  elsewhere\n",
    ]
    try with(files) { folder in
      let problems = try read(folder).problems
      #expect(problems.count == 7)
      for words in [
        "line 3 of 'SHA256SUMS'", "'missing.tar' is missing", "'k3s' is damaged", "'a.tar.gz' is no gzip file",
        "'empty.tar' is empty", "'with blank.tar' has a blank", "'gone.deb' is not named",
      ] { #expect(problems.contains { $0.contains(words) }) }
    }
  }

  @Test("a link out of the folder is refused, one within is followed")
  func links() throws {
    try with(["store/k3s-v1": "x", "images/b.tar": Self.tar]) { folder in
      try FileManager.default.createSymbolicLink(atPath: folder + "/k3s", withDestinationPath: "store/k3s-v1")
      try FileManager.default.createSymbolicLink(atPath: folder + "/images/c.tar", withDestinationPath: "/etc/passwd")
      try FileManager.default.createSymbolicLink(atPath: folder + "/images/d.tar", withDestinationPath: "nowhere")
      try FileManager.default.createSymbolicLink(atPath: folder + "/charts", withDestinationPath: ".")
      let bundle = try read(folder)
      #expect(bundle.k3s(for: .amd64)?.path == "k3s")
      #expect(bundle.problems.count == 3)
      #expect(bundle.problems.contains { $0.contains("'images/c.tar' is a link out of the bundle") })
    }
  }

  @Test("two files for one place are refused")
  func twice() throws {
    try with(["k3s": "x", "k3s-amd64": "x", "a.tar": Self.tar, "images/a.tar": Self.tar]) { folder in
      let problems = try read(folder).problems
      #expect(problems.count == 2)
    }
  }

  @Test("a digest is found out once, and anew when the file changes")
  func cache() throws {
    try with(["k3s": "one"]) { folder in
      let file = folder + "/.cache.json"
      var cache = DigestCache()
      let first = try BundleReader.read(folder, cache: &cache)
      try cache.save(to: file)
      var kept = DigestCache(file: file)
      let before = kept
      #expect(try BundleReader.read(folder, cache: &kept) == first)
      #expect(kept == before)
      try write(folder, "k3s", "other")
      #expect(try BundleReader.read(folder, cache: &kept).k3s(for: .amd64)?.digest == FileDigest.text("other".utf8))
      try write(folder, ".cache.json", "{]")
      #expect(DigestCache(file: file) == DigestCache())
    }
  }

  @Test("no folder is one sentence")
  func nothing() {
    #expect { try read("/nonexistent-bundle") } throws: { "\($0)".contains("--bundle") }
  }

  @Test("what machines need and the bundle lacks is said with its cure")
  func missing() throws {
    let facts = NodeFacts(
      name: "w1", address: "10.0.0.1", interface: "eth0", release: "debian-12", architecture: .arm64, hasGPU: true)
    let sentences = PlanFixture.bundle().missing(for: [facts])
    #expect(sentences.count == 2)
    #expect(sentences.allSatisfy { $0.contains("w1") && $0.contains("; put ") })
    #expect(PlanFixture.bundle().missing(for: []) == [])
  }

  @Test("lists of digests in any form are read or refused")
  func fuzz() {
    var dice = Dice(seed: 9)
    let list = "# c\n\(String(repeating: "aF", count: 32)) *./x\r\n\(String(repeating: "12", count: 32))  y z\n"
    #expect(ChecksumList.read(list).entries.count == 2)
    for _ in 0..<2000 {
      let read = ChecksumList.read(String(decoding: dice.damaged(list), as: UTF8.self))
      #expect(read.entries.values.allSatisfy { $0.utf8.count == 64 })
    }
  }
}
