import Foundation
import Testing

@testable import OCIImages

@Suite("OCI layouts")
struct OCILayoutTests {
  private func image(_ name: String) async throws -> BuiltImage {
    try await ImageBuilder().build(
      ImageRecipe(
        platform: Platform(architecture: "amd64"),
        layers: [LayerRecipe([LayerContent(.bytes(Array(name.utf8)), at: name)])]))
  }

  @Test("give back what was put into them, by tag, by digest, and alone")
  func roundTrip() async throws {
    let folder = try ScratchFolder()
    let layout = try OCILayout.create(folder.path + "/a")
    let one = try await image("one")
    _ = try await ImageCopy(from: one, nil, to: layout, tag: "1").run()
    let again = try OCILayout.open(folder.path + "/a")
    let alone = try await again.manifest(nil)
    #expect(alone.descriptor.digest == one.descriptor.digest)
    let two = try await image("two")
    _ = try await ImageCopy(from: two, nil, to: again, tag: "2").run()
    #expect(try layout.tags() == ["1", "2"])
    #expect(try await layout.manifest(.tag("2")).descriptor.digest == two.descriptor.digest)
    #expect(try await layout.manifest(.digest(one.descriptor.digest)).content == alone.content)
    await #expect { try await layout.manifest(nil) } throws: { "\($0)".contains("say which: 1, 2") }
    await #expect { try await layout.manifest(.tag("3")) } throws: { ($0 as? OCIError)?.code == .notFound }
    let marker = try folder.read("a/oci-layout")
    #expect(String(decoding: marker, as: UTF8.self) == #"{"imageLayoutVersion":"1.0.0"}"#)
    // Every file is named after what is in it, and nothing else is there.
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path + "/a/blobs/sha256") {
      #expect(try Program.sha256(folder.path + "/a/blobs/sha256/" + name) == name)
    }
    #expect(
      Set(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/a")) == [
        "blobs", "index.json", "oci-layout",
      ])
  }

  @Test("move a tag, and list the image of an index no more than the index")
  func listing() async throws {
    let folder = try ScratchFolder()
    let layout = try OCILayout.create(folder.path)
    let index = try await ImageBuilder().build(
      index: ["amd64", "arm64"].map { ImageRecipe(platform: Platform(architecture: $0)) })
    _ = try await ImageCopy(from: index, nil, to: layout, tag: "t").run()
    #expect(try layout.index().manifests.count == 1)
    let one = try await image("one")
    _ = try await ImageCopy(from: one, nil, to: layout, tag: "t").run()
    #expect(try layout.index().manifests.map(\.digest) == [one.descriptor.digest])
    // The same once more changes nothing.
    let before = try folder.read("index.json")
    _ = try await ImageCopy(from: one, nil, to: layout, tag: "t").run()
    #expect(try folder.read("index.json") == before)
    _ = try await ImageCopy(from: one, nil, to: layout, tag: nil).run()
    #expect(try layout.index().manifests.count == 1)
  }

  @Test("stay valid when several write to them at once")
  func concurrent() async throws {
    let folder = try ScratchFolder()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask {
          let layout = try OCILayout.create(folder.path + "/l")
          _ = try await ImageCopy(from: try await image("i\(number % 3)"), nil, to: layout, tag: "t\(number)").run()
        }
      }
      try await group.waitForAll()
    }
    #expect(try OCILayout.open(folder.path + "/l").tags() == (0..<8).map { "t\($0)" })
  }

  @Test("keep the file that locks them, however many make them at once")
  func oneLock() async throws {
    for _ in 0..<20 {
      let folder = try ScratchFolder()
      let numbers = try await withThrowingTaskGroup(of: Int.self, returning: Set<Int>.self) { group in
        for _ in 0..<8 {
          group.addTask {
            // Each on its own thread: waiting for the disk, they overtake each other.
            try await withCheckedThrowingContinuation { continuation in
              Thread.detachNewThread {
                continuation.resume(
                  with: Result {
                    _ = try OCILayout.create(folder.path + "/l")
                    let file = try FileManager.default.attributesOfItem(atPath: folder.path + "/l/oci-layout")
                    return try #require(file[.systemFileNumber] as? Int)
                  })
              }
            }
          }
        }
        return try await group.reduce(into: []) { $0.insert($1) }
      }
      #expect(numbers.count == 1)
    }
  }

  @Test("that are full refuse another image, and stay readable")
  func full() async throws {
    let folder = try ScratchFolder()
    let layout = try OCILayout.create(folder.path)
    let many = (0..<ImageIndex.maximumManifests).map {
      Descriptor(
        mediaType: .ociManifest, digest: .of("\($0)".utf8), size: 1,
        annotations: [OCILayout.referenceAnnotation: "t\($0)"])
    }
    try folder.write("index.json", try ImageIndex(manifests: many).encoded())
    let one = try await image("one")
    await #expect { try await ImageCopy(from: one, nil, to: layout, tag: "new").run() } throws: {
      "\($0)".contains("is full")
    }
    #expect(try layout.index().manifests.count == many.count)
    _ = try await ImageCopy(from: one, nil, to: layout, tag: "t5").run()
    #expect(try await layout.manifest(.tag("t5")).descriptor.digest == one.descriptor.digest)
  }

  @Test("keep what others wrote of their images")
  func unknownFields() async throws {
    let folder = try ScratchFolder()
    let layout = try OCILayout.create(folder.path)
    let text =
      #"{"data":"e30=","digest":"\#(Digest.of([]))","mediaType":"\#(MediaType.ociManifest.rawValue)","new":{"a":[1,2.5,null]},"platform":{"architecture":"amd64","os":"windows","os.features":["win32k"],"os.version":"10.0.1"},"size":2}"#
    try folder.write("index.json", #"{"schemaVersion":2,"manifests":[\#(text)]}"#)
    _ = try await ImageCopy(from: try await image("one"), nil, to: layout, tag: "t").run()
    #expect(String(decoding: try folder.read("index.json"), as: UTF8.self).contains(text))
  }

  @Test("take no blob whose bytes are wrong, and leave no rest of it")
  func wrongBytes() async throws {
    let folder = try ScratchFolder()
    let layout = try OCILayout.create(folder.path)
    await #expect {
      try await ImageCopy(from: DamagedSource(try await image("x")), nil, to: layout, tag: "t").run()
    } throws: {
      ($0 as? OCIError)?.code == .badDigest
    }
    #expect(try layout.tags().isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/blobs/sha256").isEmpty)
    #expect(
      Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) == ["blobs", "index.json", "oci-layout"])
    // What is damaged on the disk is noticed by who reads it.
    _ = try await ImageCopy(from: try await image("x"), nil, to: layout, tag: "t").run()
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path + "/blobs/sha256") {
      var bytes = try folder.read("blobs/sha256/\(name)")
      bytes[5] ^= 1
      try folder.write("blobs/sha256/\(name)", bytes)
    }
    await #expect { try await layout.manifest(.tag("t")) } throws: { ($0 as? OCIError)?.code == .badDigest }
  }

  @Test("that are none, or of another time, are refused with a sentence")
  func refused() throws {
    let folder = try ScratchFolder()
    #expect { try OCILayout.open(folder.path) } throws: { "\($0)".contains("is no OCI layout") }
    try folder.write("oci-layout", #"{"imageLayoutVersion":"2.0.0"}"#)
    #expect { try OCILayout.open(folder.path) } throws: { ($0 as? OCIError)?.code == .unsupported }
    let other = try ScratchFolder()
    try other.write("precious", "data")
    #expect { try OCILayout.create(other.path) } throws: { "\($0)".contains("other things") }
    try FileManager.default.removeItem(atPath: folder.path + "/oci-layout")
    try folder.write("index.json", "{")
    let layout = try OCILayout.create(folder.path)
    #expect(throws: OCIError.self) { try layout.tags() }
  }

  @Test("that a crash left half made are finished by the next")
  func halfMade() throws {
    let folder = try ScratchFolder()
    try folder.write(".partial-x", "half")
    try FileManager.default.createDirectory(atPath: folder.path + "/blobs", withIntermediateDirectories: true)
    #expect(try OCILayout.create(folder.path).tags().isEmpty)
    #expect(try OCILayout.open(folder.path).tags().isEmpty)
  }
}
