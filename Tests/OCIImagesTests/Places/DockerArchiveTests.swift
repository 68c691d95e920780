import Foundation
import SeededDice
import Testing

@testable import OCIImages

@Suite("Docker archives")
struct DockerArchiveTests {
  private func image(_ name: String) async throws -> BuiltImage {
    try await ImageBuilder().build(
      ImageRecipe(
        platform: Platform(architecture: "amd64"),
        layers: [
          LayerRecipe([LayerContent(.bytes(Array(name.utf8)), at: name)]),
          LayerRecipe([LayerContent(.bytes([1]), at: "same")]),
        ]))
  }

  @Test("are written uncompressed, and read again as the same image")
  func roundTrip() async throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/a.tar"
    let image = try await image("one")
    _ = try await ImageCopy(
      from: image, nil, to: try DockerArchiveWriter(path, repository: "registry.example/app"), tag: "1"
    ).run()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.tar"])
    let listing = try Program.run("tar", ["-tf", path]).split(separator: "\n")
    #expect(listing.last == "manifest.json" && listing.count == 4)
    for layer in listing where layer.hasSuffix(".tar") {
      #expect(try Digest.of(Program.bytes("tar", ["-xOf", path, String(layer)])).hex == layer.dropLast(4))
    }
    // Compressed as a whole it is the same.
    try Program.run("gzip", ["-k", path])
    for file in [path, path + ".gz"] {
      let archive = try await DockerArchive.open(file)
      #expect(archive.images.map(\.names) == [["registry.example/app:1"]])
      let layout = try OCILayout.create(folder.path + "/layout-\(file.hasSuffix("gz"))")
      _ = try await ImageCopy(from: archive, .tag("app:1"), to: layout, tag: "x").run()
      guard case .image(let manifest) = try ManifestContent(try await layout.manifest(nil).content),
        case .image(let original) = try ManifestContent(try await image.manifest(nil).content)
      else { throw OCIError(.badImage, "no image") }
      #expect(manifest.config.digest == original.config.digest)
      #expect(manifest.layers.map(\.mediaType) == [.ociLayer, .ociLayer])
    }
  }

  @Test("hold several images, which share their layers")
  func several() async throws {
    let folder = try ScratchFolder()
    let layout = try OCILayout.create(folder.path + "/l")
    for name in ["one", "two"] {
      _ = try await ImageCopy(from: try await image(name), nil, to: layout, tag: name).run()
    }
    let writer = try DockerArchiveWriter(folder.path + "/b.tar")
    for name in ["one", "two"] {
      let (content, descriptor) = try await layout.manifest(.tag(name))
      guard case .image(let manifest) = try ManifestContent(content) else { throw OCIError(.badImage, "no image") }
      for blob in [manifest.config] + manifest.layers {
        try await writer.putBlob(blob, origin: nil, progress: { _ in }) { try await layout.blob(blob, from: $0) }
      }
      try await writer.putManifest(content, descriptor, tag: "registry.example/\(name):1")
    }
    try await writer.finish()
    let archive = try await DockerArchive.open(folder.path + "/b.tar")
    #expect(archive.images.count == 2)
    #expect(try Program.run("tar", ["-tf", folder.path + "/b.tar"]).split(separator: "\n").count == 6)
    let (two, _) = try await archive.manifest(.tag("registry.example/two:1"))
    #expect(try await archive.manifest(.digest(.of(two))).content == two)
    await #expect { try await archive.manifest(nil) } throws: { "\($0)".contains("say which") }
    await #expect { try await archive.manifest(.tag("1")) } throws: { "\($0)".contains("several") }
  }

  @Test("of old Docker link layers that images share; those links are followed within the archive")
  func legacyLinks() async throws {
    let layer = try TarTests.archive([(TarEntry(path: "x", kind: .file, mode: 0o644), [])])
    let configuration = try ImageConfiguration(platform: .current, diffIDs: [.of(layer), .of(layer)]).encoded()
    func archive(link: String) throws -> [UInt8] {
      let listing = Array(#"[{"Config":"c.json","RepoTags":null,"Layers":["a/layer.tar","b/layer.tar"]}]"#.utf8)
      return try TarTests.archive([
        (TarEntry(path: "a", kind: .directory, mode: 0o755), []),
        (TarEntry(path: "a/layer.tar", kind: .file, mode: 0o644, size: Int64(layer.count)), layer),
        (TarEntry(path: "b/layer.tar", kind: .symbolicLink(target: link), mode: 0o777), []),
        (TarEntry(path: "c.json", kind: .file, mode: 0o644, size: Int64(configuration.count)), configuration),
        (TarEntry(path: "manifest.json", kind: .file, mode: 0o644, size: Int64(listing.count)), listing),
      ])
    }
    let folder = try ScratchFolder()
    let good = try await DockerArchive.open(try folder.write("a.tar", try archive(link: "../a/layer.tar")))
    let layout = try OCILayout.create(folder.path + "/l")
    _ = try await ImageCopy(from: good, nil, to: layout, tag: nil).run()
    for link in ["/etc/passwd", "../../etc/passwd", "../b/layer.tar", "nowhere"] {
      let file = try folder.write("bad.tar", try archive(link: link))
      await #expect { try await DockerArchive.open(file) } throws: { ($0 as? OCIError)?.code == .badArchive }
    }
  }

  @Test("may have images without layers, and many that share a compressed one; not more layers than any image has")
  func listings() async throws {
    let layer = try GzipTests.compress(TarTests.archive([]))
    let none = try ImageConfiguration(platform: .current).encoded()
    let some = try ImageConfiguration(platform: .current, diffIDs: [.of([])]).encoded()
    func archive(_ listing: String) throws -> [UInt8] {
      let files = [("n", none), ("s", some), ("l", layer), ("manifest.json", Array(listing.utf8))]
      return try TarTests.archive(
        files.map { (TarEntry(path: $0.0, kind: .file, mode: 0o644, size: Int64($0.1.count)), $0.1) })
    }
    let folder = try ScratchFolder()
    let shared = Array(repeating: #"{"Config":"s","Layers":["l"]}"#, count: 900).joined(separator: ",")
    let path = try folder.write("a.tar", try archive(#"[{"Config":"n","RepoTags":["e:1"],"Layers":null},\#(shared)]"#))
    let opened = try await DockerArchive.open(path)
    #expect(opened.images.count == 901 && Set(opened.images.dropFirst().map(\.descriptor.digest)).count == 1)
    let empty = try ManifestContent(try await opened.manifest(.tag("e:1")).content)
    guard case .image(let manifest) = empty else { throw OCIError(.badImage, "no image") }
    #expect(manifest.layers.isEmpty)
    let many = Array(repeating: #""l""#, count: 10_001).joined(separator: ",")
    let bad = try folder.write("b.tar", try archive(#"[{"Config":"s","Layers":[\#(many)]}]"#))
    await #expect { try await DockerArchive.open(bad) } throws: { "\($0)".contains("10001 layers") }
  }

  @Test("that are damaged, or hold other layers than they say, are refused")
  func damaged() async throws {
    let folder = try ScratchFolder()
    for text in ["", "no archive", String(repeating: "x", count: 2000)] {
      let file = try folder.write("x", text)
      await #expect(throws: OCIError.self) { try await DockerArchive.open(file) }
    }
    let path = folder.path + "/a.tar"
    _ = try await ImageCopy(
      from: try await image("one"), nil, to: try DockerArchiveWriter(path), tag: "registry.example/a:1"
    ).run()
    var mutations = Dice(seed: 7)
    let seed = try folder.read("a.tar")
    let layout = try OCILayout.create(folder.path + "/l")
    for _ in 0..<150 {
      let file = try folder.write("m.tar", mutations.damaged(seed))
      do {
        _ = try await ImageCopy(from: try await DockerArchive.open(file), nil, to: layout, tag: nil).run()
      } catch is OCIError {}
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path + "/l/blobs/sha256") {
      #expect(try Digest.of(folder.read("l/blobs/sha256/\(name)")).hex == name)
    }
  }

  @Test("cannot hold an index, and say so; nothing is left of what was begun")
  func index() async throws {
    let folder = try ScratchFolder()
    let index = try await ImageBuilder().build(
      index: ["amd64", "arm64"].map { ImageRecipe(platform: Platform(architecture: $0)) })
    let path = folder.path + "/a.tar"
    let source = CountingSource(index)
    await #expect {
      try await ImageCopy(from: source, nil, to: try DockerArchiveWriter(path), tag: "a:1").run()
    } throws: {
      "\($0)".contains("choose the image of one platform")
    }
    #expect(source.opened.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    let options = ImageCopy.Options(platform: Platform(architecture: "arm64"))
    _ = try await ImageCopy(from: index, nil, to: try DockerArchiveWriter(path), tag: "a:1", options: options).run()
    #expect(try await DockerArchive.open(path).images.count == 1)
  }

  @Test("that want out of their folder, or say a thing twice, are refused before anything is read of them")
  func hostile() async throws {
    let folder = try ScratchFolder()
    let file = TarEntry(path: "manifest.json", kind: .file, mode: 0o644, size: 2)
    let hostile: [[TarEntry]] = [
      [TarEntry(path: "../x", kind: .directory, mode: 0o755)],
      [TarEntry(path: "/etc/x", kind: .directory, mode: 0o755)],
      [TarEntry(path: "l", kind: .symbolicLink(target: "/etc"), mode: 0o777)],
      [TarEntry(path: "h", kind: .hardLink(target: "/etc/shadow"), mode: 0o644)],
      [TarEntry(path: "d", kind: .characterDevice(major: 1, minor: 3), mode: 0o666)],
      [TarEntry(path: "./manifest.json", kind: .directory, mode: 0o755)],
    ]
    for entries in hostile {
      let bytes = try TarTests.archive([(file, Array("[]".utf8))] + entries.map { ($0, []) })
      let path = try folder.write("x.tar", bytes)
      await #expect { try await DockerArchive.open(path) } throws: { ($0 as? OCIError)?.code == .badArchive }
    }
    #expect(
      try await DockerArchive.open(folder.write("x.tar", TarTests.archive([(file, Array("[]".utf8))]))).images.isEmpty)
    // Compressed, and larger than allowed when it is not.
    var limits = ArchiveLimits()
    limits.totalSize = 1 << 20
    let zeros = TarEntry(path: "zeros", kind: .file, mode: 0o644, size: 2 << 20)
    let bomb = try GzipTests.compress(try TarTests.archive([(zeros, Array(repeating: 0, count: 2 << 20))]))
    let path = try folder.write("bomb.tar.gz", bomb)
    let tight = limits
    await #expect { try await DockerArchive.open(path, limits: tight) } throws: {
      ($0 as? OCIError)?.code == .badArchive
    }
  }
}
