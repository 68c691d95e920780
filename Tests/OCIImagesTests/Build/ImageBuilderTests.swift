import Foundation
import Testing

@testable import OCIImages

@Suite("Building images")
struct ImageBuilderTests {
  private func configuration(_ image: BuiltImage, _ manifest: ManifestReference? = nil) async throws -> (
    ImageManifest, ImageConfiguration
  ) {
    guard case .image(let manifest) = try ManifestContent(try await image.manifest(manifest).content) else {
      throw OCIError(.badImage, "no image")
    }
    let bytes = try await image.blob(manifest.config, from: 0).verified(manifest.config).collect(upTo: 1 << 20)
    return (manifest, try ImageConfiguration(bytes))
  }

  private func recipe(_ name: String, platform: Platform = Platform(architecture: "amd64")) -> ImageRecipe {
    ImageRecipe(
      platform: platform,
      layers: [LayerRecipe([LayerContent(.bytes(Array(name.utf8)), at: "/\(name)")], comment: name)],
      changes: ConfigurationChanges(
        user: "7", environment: [.init("PATH", "/bin")], entrypoint: ["/\(name)"], command: ["-v"],
        workingDirectory: "/", labels: ["a": "b"], exposedPorts: ["80", "53/udp"], volumes: ["/v"], stopSignal: "SIGINT"
      ),
      annotations: ["x": "y"])
  }

  @Test("from nothing gives a layer, its configuration, history and manifest")
  func scratch() async throws {
    var builder = ImageBuilder()
    builder.time = 1_700_000_000
    let image = try await builder.build(recipe("app"))
    let (manifest, configuration) = try await configuration(image)
    #expect(manifest.annotations == ["x": "y"])
    #expect(manifest.layers.map(\.mediaType) == [.ociGzipLayer])
    #expect(configuration.created == "2023-11-14T22:13:20Z")
    #expect(configuration.history.map(\.comment) == ["app"])
    #expect(configuration.diffIDs.count == 1)
    #expect(configuration.process.exposedPorts == ["80/tcp", "53/udp"])
    #expect(configuration.process.environment == ["PATH=/bin"])
    #expect(try await builder.build(recipe("app")).descriptor.digest == image.descriptor.digest)
    #expect(try await builder.build(recipe("other")).descriptor.digest != image.descriptor.digest)
  }

  @Test("on a base keeps what the base says, and points to its layers without reading them")
  func onBase() async throws {
    let base = try await ImageBuilder().build(recipe("base"))
    let source = CountingSource(base)
    let (baseManifest, _) = try await configuration(base)
    let image = try await ImageBuilder().build(
      ImageRecipe(
        base: .image(source, nil), platform: Platform(architecture: "amd64"),
        layers: [LayerRecipe([LayerContent(.bytes([1]), at: "top")])],
        changes: ConfigurationChanges(entrypoint: ["/top"], labels: ["c": "d"])))
    let (manifest, configuration) = try await configuration(image)
    #expect(manifest.layers.count == 2)
    #expect(manifest.layers.first == baseManifest.layers.first)
    #expect(source.opened == [baseManifest.config.digest])
    #expect(configuration.process.entrypoint == ["/top"] && configuration.process.command == nil)
    #expect(configuration.process.labels == ["a": "b", "c": "d"])
    #expect(configuration.process.user == "7")
    #expect(configuration.history.count == 2)
    #expect(manifest.annotations?["org.opencontainers.image.base.digest"] == base.descriptor.digest.description)
    // The whole image can be copied all the same.
    let folder = try ScratchFolder()
    let layout = try OCILayout.create(folder.path + "/layout")
    let copied = try await ImageCopy(from: image, nil, to: layout, tag: "t").run()
    #expect(copied.digest == image.descriptor.digest)
    #expect(try await layout.hasBlob(manifest.layers[0]))
  }

  @Test("for several platforms gives an index, and takes the right image of a base's index")
  func platforms() async throws {
    let amd = Platform(architecture: "amd64")
    let arm = Platform(architecture: "arm64", variant: "v8")
    let base = try await ImageBuilder().build(index: [recipe("one", platform: amd), recipe("two", platform: arm)])
    let image = try await ImageBuilder().build(
      index: [amd, Platform(architecture: "arm64")].map { ImageRecipe(base: .image(base, nil), platform: $0) })
    guard case .index(let index) = try ManifestContent(try await image.manifest(nil).content) else {
      Issue.record("no index")
      return
    }
    #expect(index.manifests.map(\.platform) == [amd, arm])
    let (_, second) = try await configuration(image, .digest(index.manifests[1].digest))
    #expect(second.process.entrypoint == ["/two"])
    await #expect {
      try await ImageBuilder().build(ImageRecipe(base: .image(base, nil), platform: Platform(architecture: "s390x")))
    } throws: { "\($0)".contains("linux/amd64, linux/arm64/v8") }
    await #expect(throws: OCIError.self) { try await ImageBuilder().build(index: [recipe("a"), recipe("b")]) }
    let same = [recipe("a", platform: arm), recipe("b", platform: Platform(architecture: "aarch64"))]
    await #expect(throws: OCIError.self) { try await ImageBuilder().build(index: same) }
    // What is added to an older machine's image may need the newer one.
    let newer = try await ImageBuilder().build(
      ImageRecipe(base: .image(base, nil), platform: Platform(architecture: "amd64", variant: "v3")))
    #expect(try await self.configuration(newer).1.platform.variant == "v3")
  }

  @Test("refuses a base that is for another machine, or is changed on the way")
  func wrongBase() async throws {
    let base = try await ImageBuilder().build(recipe("base"))
    await #expect {
      try await ImageBuilder().build(
        ImageRecipe(base: .image(base, nil), platform: Platform(architecture: "arm64")))
    } throws: {
      ($0 as? OCIError)?.code == .badRecipe
    }
    let lying = DamagedSource(base)
    await #expect {
      try await ImageBuilder().build(
        ImageRecipe(base: .image(lying, nil), platform: Platform(architecture: "amd64")))
    } throws: {
      ($0 as? OCIError)?.code == .badDigest
    }
  }

  @Test("refuses changes that no container runtime takes")
  func wrongChanges() async throws {
    for changes in [
      ConfigurationChanges(exposedPorts: ["x"]), ConfigurationChanges(exposedPorts: ["0"]),
      ConfigurationChanges(exposedPorts: ["1/icmp"]), ConfigurationChanges(workingDirectory: "a"),
      ConfigurationChanges(environment: [.init("", "x")]), ConfigurationChanges(environment: [.init("A=B", "x")]),
    ] {
      await #expect { try await ImageBuilder().build(ImageRecipe(changes: changes)) } throws: {
        ($0 as? OCIError)?.code == .badRecipe
      }
    }
    #expect(try ImageBuilder.sourceDate([:]) == 0)
    #expect(try ImageBuilder.sourceDate(["SOURCE_DATE_EPOCH": "12"]) == 12)
    #expect(throws: OCIError.self) { try ImageBuilder.sourceDate(["SOURCE_DATE_EPOCH": "yesterday"]) }
  }

  @Test("leaves no file behind")
  func cleanUp() async throws {
    let folder = try ScratchFolder()
    var builder = ImageBuilder()
    builder.temporaryFolder = folder.path
    var image: BuiltImage? = try await builder.build(recipe("a"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == (image == nil ? 0 : 1))
    image = nil
    await #expect(throws: OCIError.self) {
      try await builder.build(
        ImageRecipe(layers: [LayerRecipe([LayerContent(.copy(source: "/nowhere/at/all"), at: "a")])]))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
