import Foundation
import SeededDice
import Testing

@testable import OCIImages

@Suite("Layers")
struct LayerTests {
  /// What a layer of these contents has in it.
  private func entries(
    _ contents: [LayerContent], below: Set<ArchivePath> = [], hasBase: Bool = false, realFolders: Set<String> = []
  ) throws -> [String] {
    let plan = try LayerGathering.plan(
      LayerRecipe(contents), below: below, hasBase: hasBase, realFolders: realFolders, Offload.Cancellation())
    return plan.entries.map { entry in
      switch entry.item.content {
      case .directory: "\(entry.path)/ \(String(entry.item.mode, radix: 8))"
      case .symbolicLink(let target): "\(entry.path) -> \(target)"
      default: "\(entry.path) \(String(entry.item.mode, radix: 8))"
      }
    }
  }

  @Test("are sorted, with the folders above everything, and whiteouts first")
  func sorted() throws {
    let found = try entries([
      LayerContent(.bytes([1]), at: "/usr/local/b", mode: .exactly(0o4711)), LayerContent(.bytes([1]), at: "usr/+x"),
      LayerContent(.removed, at: "/usr/local/a"), LayerContent(.emptied, at: "/usr/old"),
      LayerContent(.symbolicLink(target: "../../etc"), at: "/tmp/l"), LayerContent(.directory, at: "/root/x"),
    ])
    #expect(
      found == [
        "root/ 700", "root/x/ 755", "tmp/ 1777", "tmp/l -> ../../etc", "usr/ 755", "usr/+x 644", "usr/local/ 755",
        "usr/local/.wh.a 644", "usr/local/b 4711", "usr/old/ 755", "usr/old/.wh..wh..opq 644",
      ])
  }

  @Test("on a base leave alone the folders that every base has, which may be links there")
  func onBase() throws {
    let folder = try ScratchFolder()
    try folder.write("tree/usr/lib/x.so", "")
    try folder.write("tree/srv/app/file", "")
    let found = try entries(
      [
        LayerContent(.copy(source: folder.path + "/tree"), at: "/"), LayerContent(.bytes([]), at: "/opt/own/known/f"),
      ], below: [try ArchivePath("opt/own/known")], hasBase: true)
    #expect(
      found == ["opt/own/ 755", "opt/own/known/f 644", "srv/app/ 755", "srv/app/file 644", "usr/lib/x.so 644"])
  }

  @Test("on a base put nothing below what is a link there, which would then be hidden with all behind it")
  func belowLinks() throws {
    let folder = try ScratchFolder()
    try folder.write("tree/lib/x.so", "")
    for content in [
      LayerContent(.copy(source: folder.path + "/tree"), at: "/"), LayerContent(.bytes([]), at: "/bin/app"),
      LayerContent(.bytes([]), at: "lib64/deep/x"), LayerContent(.directory, at: "/sbin"),
      LayerContent(.removed, at: "/var/run/x"), LayerContent(.emptied, at: "/var/lock"),
    ] {
      #expect { try entries([content], hasBase: true) } throws: { error in
        (error as? OCIError)?.code == .badRecipe && "\(error)".contains("a link in most base images")
      }
      #expect(throws: Never.self) { try entries([content]) }
    }
    #expect(
      try entries([LayerContent(.bytes([]), at: "/bin/app")], hasBase: true, realFolders: ["/bin"]) == ["bin/app 644"])
    // The link itself can be changed: that is meant.
    #expect(try entries([LayerContent(.removed, at: "/lib32")], hasBase: true) == [".wh.lib32 644"])
    #expect(try entries([LayerContent(.bytes([]), at: "/var/running/x")], hasBase: true).last == "var/running/x 644")
  }

  @Test("take files with normal modes, or those given, or those that they have")
  func modes() throws {
    let folder = try ScratchFolder()
    try folder.write("d/run", "", mode: 0o700)
    try folder.write("d/read", "", mode: 0o600)
    let source = folder.path + "/d"
    #expect(try entries([LayerContent(.copy(source: source), at: "d")]) == ["d/ 755", "d/read 644", "d/run 755"])
    #expect(
      try entries([LayerContent(.copy(source: source), at: "d", mode: .exactly(0o640))])
        == ["d/ 750", "d/read 640", "d/run 640"])
    #expect(
      try entries([LayerContent(.copy(source: source), at: "d", mode: .kept)]).suffix(2) == ["d/read 600", "d/run 700"])
  }

  @Test("never follow a link of a copied folder, and follow one that was named")
  func links() throws {
    let folder = try ScratchFolder()
    let secret = try ScratchFolder()
    try secret.write("key", "secret")
    try folder.write("d/file", "")
    try folder.link("d/out", to: secret.path)
    try folder.link("d/gone", to: "nowhere")
    #expect(
      try entries([LayerContent(.copy(source: folder.path + "/d"), at: "d")])
        == ["d/ 755", "d/file 644", "d/gone -> nowhere", "d/out -> \(secret.path)"])
    #expect(try entries([LayerContent(.copy(source: folder.path + "/d/out"), at: "d")]) == ["d/ 755", "d/key 644"])
  }

  @Test("keep apart names that look alike, each with its own content")
  func unicode() async throws {
    let folder = try ScratchFolder()
    for name in ["d/caf\u{E9}", "d/cafe\u{301}"] { try folder.write(name, Array(name.utf8)) }
    let contents = [LayerContent(.copy(source: folder.path + "/d"), at: "d")]
    let plan = try LayerGathering.plan(LayerRecipe(contents), below: [], hasBase: false, Offload.Cancellation())
    #expect(plan.entries.map { Array($0.path.name.utf8).count } == [1, 6, 5])
    for (path, item) in plan.entries.dropFirst() {
      guard case .file(let source, let size, _) = item.content else { throw OCIError(.badImage, "no file") }
      #expect(Int(size) == path.length && source.utf8.suffix(path.length).elementsEqual(path.description.utf8))
    }
    let alike = ["caf\u{E9}", "cafe\u{301}"].map { LayerContent(.bytes([]), at: $0) }
    #expect(alike[0] != alike[1])
    // Platforms share the file of an equal layer, and of no other.
    let image = try await ImageBuilder().build(
      index: zip(["amd64", "arm64"], alike).map {
        ImageRecipe(platform: Platform(architecture: $0), layers: [LayerRecipe([$1])])
      })
    #expect(try FileManager.default.contentsOfDirectory(atPath: image.folder.path).count == 2)
  }

  @Test("that make no sense are refused with a sentence")
  func refused() throws {
    let folder = try ScratchFolder()
    try folder.write("f/.wh.x", "")
    try Program.run("mkfifo", [folder.path + "/pipe"])
    let wrong: [[LayerContent]] = [
      [LayerContent(.bytes([]), at: "../x")], [LayerContent(.bytes([]), at: "a/../../x")],
      [LayerContent(.bytes([]), at: "/")], [LayerContent(.removed, at: "/")],
      [LayerContent(.bytes([]), at: "a"), LayerContent(.bytes([]), at: "a/b")],
      [LayerContent(.bytes([]), at: "a"), LayerContent(.directory, at: "a")],
      [LayerContent(.bytes([]), at: "a/b"), LayerContent(.removed, at: "a/b")],
      [LayerContent(.bytes([]), at: ".wh.a")], [LayerContent(.copy(source: folder.path + "/f"), at: "f")],
      [LayerContent(.copy(source: folder.path + "/pipe"), at: "p")], [LayerContent(.symbolicLink(target: ""), at: "l")],
    ]
    for contents in wrong {
      #expect { try entries(contents) } throws: { ($0 as? OCIError)?.code == .badRecipe }
    }
    #expect { try entries([LayerContent(.copy(source: folder.path + "/none"), at: "n")]) } throws: {
      ($0 as? OCIError)?.code == .notFound
    }
  }

  @Test("of the same files are the same bytes, whenever and by whomever they were made")
  func reproducible() async throws {
    var digests: Set<Digest> = []
    for time in ["200001010000", "202001010000"] {
      let folder = try ScratchFolder()
      for name in time.hasPrefix("2000") ? ["a", "b/c"] : ["b/c", "a"] { try folder.write("d/\(name)", name) }
      try Program.run("touch", ["-t", time, folder.path + "/d/a", folder.path + "/d/b", folder.path + "/d"])
      let built = try await ImageBuilder().build(
        ImageRecipe(layers: [LayerRecipe([LayerContent(.copy(source: folder.path + "/d"), at: "/app")])]))
      digests.insert(built.descriptor.digest)
    }
    #expect(digests.count == 1)
  }

  @Test("have the digests that sha256sum finds, and unpack with GNU tar")
  func digests() async throws {
    let folder = try ScratchFolder()
    // Larger than any buffer, so that the pieces have to fit together.
    var random = Dice(seed: 5)
    let large = random.bytes(1_200_000)
    try folder.write("large", large)
    let blobs = FolderOfBlobs(path: folder.path, temporary: folder.path, isDurable: false)
    let recipe = LayerRecipe([
      LayerContent(.copy(source: folder.path + "/large"), at: "/data/large", owner: LayerOwner(user: 7, group: 8))
    ])
    let plan = try LayerGathering.plan(recipe, below: [], hasBase: false, Offload.Cancellation())
    let writer = LayerWriter(blobs: blobs, compression: .gzip(level: 1), modified: 1_000_000_000)
    let layer = try writer.write(plan, Offload.Cancellation())
    let file = blobs.file(layer.descriptor.digest)
    #expect(try Program.sha256(file) == layer.descriptor.digest.hex)
    #expect(try folder.read(layer.descriptor.digest.hex).count == Int(layer.descriptor.size))
    try folder.write("plain.tar", try Program.bytes("sh", ["-c", "gzip -dc <'\(file)'"]))
    #expect(try Program.sha256(folder.path + "/plain.tar") == layer.diffID.hex)
    let listing = try Program.run("tar", ["--numeric-owner", "-tvf", folder.path + "/plain.tar"])
    #expect(listing.contains("7/8") && listing.contains("2001-09-09 01:46 data/large"))
    #expect(try Program.bytes("tar", ["-xOf", folder.path + "/plain.tar", "data/large"]) == large)
    // Uncompressed, both digests are one.
    let same = try LayerWriter(blobs: blobs, compression: .none, modified: 1_000_000_000)
      .write(plan, Offload.Cancellation())
    #expect(same.descriptor.digest == layer.diffID && same.diffID == layer.diffID)
  }
}
