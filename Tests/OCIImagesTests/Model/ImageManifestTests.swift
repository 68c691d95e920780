import SeededDice
import Testing

@testable import OCIImages

@Suite("Manifests and indexes")
struct ImageManifestTests {
  private let digest = Digest.of([1])

  private var manifest: ImageManifest {
    ImageManifest(
      config: Descriptor(mediaType: .ociConfiguration, digest: digest, size: 1),
      layers: [Descriptor(mediaType: .ociGzipLayer, digest: digest, size: 2, annotations: ["b/c": "1", "a": "2"])])
  }

  @Test("are always written as the same bytes, with sorted keys and no escaped slashes")
  func stable() throws {
    let bytes = try manifest.encoded()
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(
      text.hasPrefix(
        #"{"config":{"digest":"\#(digest)","mediaType":"application/vnd.oci.image.config.v1+json","size":1},"layers":[{"annotations":{"a":"2","b/c":"1"},"#
      ))
    #expect(text.hasSuffix(#""mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2}"#))
    for _ in 0..<20 { #expect(try manifest.encoded() == bytes) }
    #expect(try ManifestContent(bytes) == .image(manifest))
  }

  @Test("are told apart by their media type, or by their fields if there is none")
  func kinds() throws {
    let index = ImageIndex(mediaType: nil, manifests: [])
    #expect(try ManifestContent(index.encoded()) == .index(index))
    let docker = ImageManifest(mediaType: .dockerManifest, config: manifest.config, layers: [])
    #expect(try ManifestContent(docker.encoded(), mediaType: .dockerManifest).mediaType == .dockerManifest)
    #expect(throws: OCIError.self) { try ManifestContent(docker.encoded(), mediaType: .ociManifest) }
  }

  @Test("of an index are chosen exactly, else as the best that runs on the machine")
  func chosen() throws {
    let texts = ["arm/v5", "arm/v7", "arm/v6", "amd64/v3", "amd64", "amd64/v2", "arm64", "x/odd", "x", "s/b", "arm/v6"]
    let index = ImageIndex(
      manifests: try texts.map {
        Descriptor(mediaType: .ociManifest, digest: .of($0.utf8), size: 1, platform: try Platform("linux/\($0)"))
      })
    func choice(_ text: String) throws -> String? {
      index.manifest(for: try Platform("linux/\(text)"))?.platform.map { String($0.description.dropFirst(6)) }
    }
    for (asked, answer) in [
      "arm": "arm/v7", "arm/v6": "arm/v6", "arm/v8": "arm/v7", "amd64": "amd64", "amd64/v1": "amd64",
      "amd64/v2": "amd64/v2", "amd64/v4": "amd64/v3", "x86_64/v3": "amd64/v3", "arm64/v8": "arm64",
      "arm64/v9": "arm64", "arm64/v8.0": "arm64", "aarch64": "arm64", "x": "x", "s": "s/b",
    ] { #expect(try choice(asked) == answer, "\(asked)") }
    for asked in ["arm/v4", "s/c", "386", "x/even"] { #expect(try choice(asked) == nil, "\(asked)") }
  }

  @Test("that two programs would read differently are refused")
  func ambiguous() {
    let both =
      #"{"schemaVersion":2,"manifests":[],"layers":[],"config":{"mediaType":"a","digest":"\#(digest)","size":1}}"#
    #expect { try ManifestContent(Array(both.utf8)) } throws: { ($0 as? OCIError)?.code == .badImage }
  }

  @Test(
    "that are damaged or old give a sentence",
    arguments: [
      "", "[]", "{", #"{"schemaVersion":1}"#, #"{"schemaVersion":2}"#, #"{"schemaVersion":"2"}"#,
      #"{"schemaVersion":2,"config":{"mediaType":"x","digest":"sha256:1","size":1},"layers":[]}"#,
      #"{"schemaVersion":2,"mediaType":"text/plain","config":{}}"#,
    ])
  func damaged(text: String) {
    #expect { try ManifestContent(Array(text.utf8)) } throws: { error in
      guard let error = error as? OCIError else { return false }
      return [.badImage, .unsupported].contains(error.code) && error.message.hasPrefix("the manifest sha256:")
    }
  }

  @Test("with a size below zero are refused")
  func negative() throws {
    let text = #"{"schemaVersion":2,"config":{"mediaType":"x","digest":"\#(digest)","size":-1},"layers":[]}"#
    #expect(throws: OCIError.self) { try ManifestContent(Array(text.utf8)) }
  }

  @Test("beyond 4 MiB, or nested without end, are refused before they cost anything")
  func bounded() {
    let large = Array(#"{"schemaVersion":2,"annotations":{"a":""#.utf8) + Array(repeating: 0x61, count: 4 << 20)
    #expect(throws: OCIError.self) { try ManifestContent(large) }
    for depth in [101, 100_000] {
      let nested = Array(#"{"schemaVersion":2,"layers":"#.utf8) + Array(repeating: 0x5B, count: depth)
      #expect { try ManifestContent(nested) } throws: { "\($0)".contains("nested") }
    }
  }

  @Test("of any damage are read or refused, and never crash the program")
  func fuzz() throws {
    var mutations = Dice(seed: 1)
    let index = ImageIndex(manifests: [
      Descriptor(mediaType: .ociManifest, digest: digest, size: 3, platform: Platform(architecture: "arm64"))
    ])
    let seeds = [try manifest.encoded(), try index.encoded()]
    for round in 0..<4000 {
      let bytes = mutations.damaged(seeds[round % 2])
      do {
        let content = try ManifestContent(bytes)
        switch content {
        case .image(let image): #expect(try ManifestContent(image.encoded()) == content)
        case .index(let index): #expect(try ManifestContent(index.encoded()) == content)
        }
      } catch { #expect(!error.message.isEmpty) }
    }
  }
}
