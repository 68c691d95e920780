import NIOCore
import SeededDice
import Synchronization
import Testing

@testable import OCIImages

@Suite("Copying images", .timeLimit(.minutes(1)))
struct ImageCopyTests {
  private func index() async throws -> BuiltImage {
    let shared = LayerRecipe([LayerContent(.bytes([7]), at: "shared")])
    return try await ImageBuilder().build(
      index: ["amd64", "arm64"].map { name in
        ImageRecipe(
          platform: Platform(architecture: name),
          layers: [shared, LayerRecipe([LayerContent(.bytes(Array(name.utf8)), at: "own")])])
      })
  }

  @Test("puts blobs first, then images, then the index with the tag, each once")
  func order() async throws {
    let image = try await index()
    let destination = RecordingDestination()
    let copy = ImageCopy(from: image, nil, to: destination, tag: "t")
    _ = try await copy.run()
    let events = destination.events
    let firstManifest = try #require(events.firstIndex { $0.hasPrefix("manifest") })
    #expect(events[..<firstManifest].count == 5 && events[..<firstManifest].allSatisfy { $0.hasPrefix("blob") })
    #expect(events[firstManifest...].dropLast().count == 3)
    #expect(events.suffix(2) == ["manifest \(image.descriptor.digest) t", "finish"])
    var last = CopyProgress()
    for await picture in copy.progress { last = picture }
    #expect(last.blobs == 5 && last.blobsDone == 5 && last.manifestsDone == 3 && last.bytesDone == last.bytes)
  }

  @Test("takes one platform of an index, and does not read what is there")
  func platform() async throws {
    let source = CountingSource(try await index())
    let destination = RecordingDestination(hasEverything: true)
    let copy = ImageCopy(
      from: source, nil, to: destination, tag: "t",
      options: ImageCopy.Options(platform: Platform(architecture: "arm64")))
    let copied = try await copy.run()
    #expect(copied.mediaType == .ociManifest)
    #expect(source.opened.isEmpty)
    #expect(destination.events == ["manifest \(copied.digest) t", "finish"])
    var last = CopyProgress()
    for await picture in copy.progress { last = picture }
    #expect(last.blobsSkipped == 3 && last.bytesSkipped == last.bytes)
    await #expect(throws: OCIError.self) {
      try await ImageCopy(
        from: source, nil, to: destination, tag: "t", options: ImageCopy.Options(platform: Platform(architecture: "x"))
      ).run()
    }
  }

  @Test("never has more blobs under way than allowed")
  func bounded() async throws {
    let image = try await ImageBuilder().build(
      ImageRecipe(layers: (0..<12).map { LayerRecipe([LayerContent(.bytes([UInt8($0)]), at: "f")]) }))
    for limit in [1, 3] {
      let destination = RecordingDestination()
      _ = try await ImageCopy(
        from: image, nil, to: destination, tag: nil, options: ImageCopy.Options(parallelism: limit)
      ).run()
      #expect(destination.most <= limit)
      #expect(destination.events.filter { $0.hasPrefix("blob") }.count == 13)
    }
  }

  @Test("that is resumed in the midst of a blob is checked to the end")
  func resumed() async throws {
    var random = Dice(seed: 9)
    let bytes = random.bytes(9_000_000)
    let descriptor = Descriptor(mediaType: .ociLayer, digest: .of(bytes), size: Int64(bytes.count))
    let source = MemorySourceOfImages(blobs: [descriptor.digest: bytes], root: descriptor.digest)
    let blob = ResumableBlob(source, descriptor)
    // Broken off after a while, then from offsets before and after the kept states.
    var read = 0
    for try await piece in try await blob.open(0) {
      read += piece.readableBytes
      if read > 5_000_000 { break }
    }
    for offset in [0, 1, 4_500_000, 8_999_999, 9_000_000] {
      var rest: [UInt8] = []
      for try await piece in try await blob.open(Int64(offset)) { rest += piece.readableBytesView }
      #expect(rest == Array(bytes[offset...]))
    }
    let damaged = ResumableBlob(DamagedSource(source), descriptor)
    for offset: Int64 in [0, 6_000_000] {
      await #expect(throws: OCIError.self) { for try await _ in try await damaged.open(offset) {} }
    }
  }

  @Test("of content that is longer, shorter or other than said is refused")
  func wrongContent() async throws {
    let right = Array("right".utf8)
    let descriptor = Descriptor(mediaType: .ociLayer, digest: .of(right), size: 5)
    for wrong in ["righ", "rightx", "wrong", ""] {
      let source = MemorySourceOfImages(blobs: [descriptor.digest: Array(wrong.utf8)], root: descriptor.digest)
      await #expect { try await source.blob(descriptor, from: 0).verified(descriptor).collect(upTo: 100) } throws: {
        ($0 as? OCIError)?.code == .badDigest
      }
    }
  }

  @Test("of an index that lies about its images, or nests without end, is refused")
  func lies() async throws {
    var source = MemorySourceOfImages(root: .of([]))
    var descriptor = Descriptor(mediaType: .ociIndex, digest: .of([]), size: 0)
    for depth in 0..<7 {
      let bytes = try ImageIndex(manifests: depth == 0 ? [] : [descriptor]).encoded()
      descriptor = Descriptor(mediaType: .ociIndex, digest: .of(bytes), size: Int64(bytes.count))
      source.manifests[descriptor.digest] = (bytes, .ociIndex)
      source.root = descriptor.digest
    }
    let (deep, root) = (source, descriptor)
    await #expect { try await ImageCopy(from: deep, nil, to: RecordingDestination(), tag: nil).run() } throws: {
      "\($0)".contains("nested")
    }
    var other = source
    other.manifests[root.digest] = (Array("{}".utf8), .ociIndex)
    let lying = other
    await #expect { try await ImageCopy(from: lying, nil, to: RecordingDestination(), tag: nil).run() } throws: {
      ($0 as? OCIError)?.code == .badDigest
    }
  }

  @Test("does not hold more than 64 MiB of manifests")
  func manyBytes() throws {
    var plan = CopyPlan()
    let image = ImageManifest(config: Descriptor(mediaType: .ociConfiguration, digest: .of([]), size: 0), layers: [])
    let content = Array(repeating: UInt8(0), count: 4 << 20)
    for index in 0..<17 {
      let descriptor = Descriptor(mediaType: .ociManifest, digest: .of([UInt8(index)]), size: 4 << 20)
      let manifest = CopyPlan.Manifest(content: content, descriptor: descriptor)
      if index < 16 {
        try plan.add(manifest, .image(image))
      } else {
        #expect(throws: OCIError.self) { try plan.add(manifest, .image(image)) }
      }
    }
  }

  @Test("ends at once when its task is cancelled, and tags nothing")
  func cancelled() async throws {
    let image = try await index()
    let destination = RecordingDestination(waits: true)
    let task = Task { try await ImageCopy(from: image, nil, to: destination, tag: "t").run() }
    await destination.started.wait()
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(!destination.events.contains { $0.hasPrefix("manifest") })
  }
}
