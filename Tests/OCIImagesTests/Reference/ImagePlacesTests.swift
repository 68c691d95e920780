import Foundation
import Testing

@testable import OCIImages

@Suite struct ImagePlacesTests {
  private static func with(_ work: (ImagePlaces, String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("places-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await RegistryClient.with { client in try await work(ImagePlaces(client), folder) }
  }

  @Test("A digest cannot be written to")
  func digests() async throws {
    try await Self.with { places, folder async throws -> Void in
      for text in ["registry.example/app@\(Digest.of([1]))", "oci:\(folder)/a@\(Digest.of([1]))"] {
        let location = try ImageLocation(text)
        #expect(throws: OCIError.self) { try places.destination(location) }
      }
    }
  }

  @Test("The tag of a destination is what its name says, and 'latest' only where a registry needs one")
  func tags() async throws {
    try await Self.with { places, folder async throws -> Void in
      for (text, tag) in [
        ("registry.example/app:1", "1"), ("registry.example/app", "latest"), ("oci:\(folder)/a:x", "x"),
        ("oci:\(folder)/a", nil), ("docker-archive:\(folder)/a.tar:h.example:80/app:2", "2"),
        ("docker-archive:\(folder)/a.tar:h.example:80/app", "latest"), ("docker-archive:\(folder)/a.tar", nil),
      ] as [(String, String?)] {
        #expect(try places.destination(try ImageLocation(text)).tag == tag, "\(text)")
      }
    }
  }

  @Test("An image is built, copied and inspected from place to place")
  func inspection() async throws {
    try await Self.with { places, folder async throws -> Void in
      let layer = LayerRecipe([LayerContent(.bytes([1, 2, 3]), at: "/a")])
      let platforms = [Platform(architecture: "amd64"), Platform(architecture: "arm64")]
      let built = try await ImageBuilder().build(
        index: platforms.map { ImageRecipe(platform: $0, layers: [layer], changes: .init(user: "7")) })
      let location = try ImageLocation("oci:\(folder)/a:x")
      let (destination, tag) = try places.destination(location)
      let copied = try await ImageCopy(from: built, nil, to: destination, tag: tag).run()
      let (source, image) = try await places.source(location)
      let whole = try await ImageInspection(source, image)
      #expect(whole.descriptor.digest == copied.digest && whole.manifest == nil && whole.index?.manifests.count == 2)
      let one = try await ImageInspection(source, image, platform: platforms[1])
      #expect(one.configuration?.platform == platforms[1] && one.configuration?.process.user == "7")
      #expect(one.manifest?.layers.count == 1 && Digest.of(one.content) == one.descriptor.digest)
      await #expect(throws: OCIError.self) {
        try await ImageInspection(source, image, platform: Platform(architecture: "riscv64"))
      }
    }
  }
}
