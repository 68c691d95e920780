import SeededDice
import Testing

@testable import OCIImages

@Suite("Configurations of images")
struct ImageConfigurationTests {
  @Test("keep what this library does not know: health checks, shells, versions of systems")
  func unknownFields() throws {
    let text =
      #"{"architecture":"amd64","config":{"Cmd":["sh"],"Env":["PATH=/bin"],"Healthcheck":{"Interval":30000000000,"Test":["CMD","a/b"]},"Shell":["/bin/ash","-c"]},"history":[{"created_by":"x","empty_layer":true}],"os":"linux","os.version":"10.0","rootfs":{"diff_ids":["\#(Digest.of([]))"],"type":"layers"}}"#
    var configuration = try ImageConfiguration(Array(text.utf8))
    #expect(try String(decoding: configuration.encoded(), as: UTF8.self) == text)
    configuration.process.setEnvironment("PATH", "/usr/bin")
    configuration.process.setEnvironment("HOME", "/")
    let changed = try ImageConfiguration(configuration.encoded())
    #expect(changed.process.environment == ["PATH=/usr/bin", "HOME=/"])
    #expect(try String(decoding: changed.encoded(), as: UTF8.self).contains(#""Interval":30000000000"#))
  }

  @Test("of Docker have null and empty text for what is not set")
  func docker() throws {
    let text =
      #"{"architecture":"arm","variant":"v7","os":"linux","config":{"User":"","ExposedPorts":{"80/tcp":{}},"Entrypoint":null,"Volumes":null,"Labels":null,"WorkingDir":""},"rootfs":{"type":"layers","diff_ids":null}}"#
    #expect(throws: OCIError.self) { try ImageConfiguration(Array(text.utf8)) }
    let mended = text.replacing("null}}", with: "[]}}")
    let configuration = try ImageConfiguration(Array(mended.utf8))
    #expect(configuration.process == ProcessConfiguration(exposedPorts: ["80/tcp"]))
    #expect(configuration.platform.description == "linux/arm/v7")
  }

  @Test("of any damage are read or refused, and never crash the program")
  func fuzz() throws {
    var mutations = Dice(seed: 2)
    let seed = try ImageConfiguration(
      platform: Platform(architecture: "amd64"),
      process: ProcessConfiguration(environment: ["A=B"], labels: ["a": "b"], volumes: ["/x"]), diffIDs: [.of([])],
      history: [HistoryEntry(created: "1970-01-01T00:00:00Z")]
    ).encoded()
    for _ in 0..<3000 {
      do {
        let configuration = try ImageConfiguration(mutations.damaged(seed))
        #expect(try ImageConfiguration(configuration.encoded()) == configuration)
      } catch { #expect(!error.message.isEmpty) }
    }
  }

  @Test("Platforms fit by machine, and by variant where it is asked for")
  func platforms() throws {
    let arm = Platform(architecture: "arm64", variant: "v8")
    #expect(arm.satisfies(try Platform("linux/arm64")))
    #expect(Platform(architecture: "arm64").satisfies(arm))
    #expect(Platform(architecture: "arm").satisfies(try Platform("linux/arm/v7")))
    #expect(Platform(architecture: "arm", variant: "v6").satisfies(try Platform("linux/arm/v7")))
    #expect(!Platform(architecture: "arm", variant: "v7").satisfies(try Platform("linux/arm/v6")))
    #expect(!Platform(architecture: "amd64", variant: "v3").satisfies(try Platform("linux/amd64")))
    #expect(Platform(architecture: "mips64le", variant: "softfloat").satisfies(try Platform("linux/mips64le")))
    #expect(Platform(architecture: "aarch64").satisfies(try Platform("linux/arm64/v8")))
    #expect(!arm.satisfies(try Platform("linux/amd64")))
    for wrong in ["", "linux", "linux/", "linux/a/b/c", "linux/a b"] {
      #expect(throws: OCIError.self) { try Platform(wrong) }
    }
  }
}
