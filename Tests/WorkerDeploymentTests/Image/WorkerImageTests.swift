import Foundation
import MusterCore
import OCIImages
import Synchronization
import Testing

@testable import WorkerDeployment

@Suite("The workers' image", .enabled(if: ImageBench.isThere), .serialized)
struct WorkerImageTests {
  private func image(_ bench: ImageBench, _ contents: ImageValues = ImageValues()) throws -> WorkerImage {
    let name = "\(bench.address)/team/workers:client-1"
    let certificates = "\(bench.folder)/ca.crt"
    try "certificates\n".write(toFile: certificates, atomically: true, encoding: .utf8)
    return WorkerImage(
      contents, target: ImageTarget(delivered: name, pulled: name, pullHost: bench.address), program: bench.program,
      certificates: certificates)
  }

  private func contents(_ bench: ImageBench, base: String? = nil) throws -> ImageValues {
    try "data\n".write(toFile: "\(bench.folder)/data", atomically: true, encoding: .utf8)
    var contents = ImageValues()
    contents.base = base
    contents.files = [ImageFile(source: "\(bench.folder)/data", path: "/data/file", mode: 0o640)]
    contents.programs = [ImageFile(source: "/bin/echo", path: "/usr/bin/echo")]
    return contents
  }

  @Test("has the same digest however often it is built, and another when a file in it is another")
  func digest() async throws {
    let bench = try ImageBench()
    let image = try image(bench, contents(bench))
    try await bench.withClient { client in
      let digest = try await image.build(client).digest
      #expect(try await image.build(client).digest == digest)
      try "other\n".write(toFile: "\(bench.folder)/data", atomically: true, encoding: .utf8)
      #expect(try await image.build(client).digest != digest)
    }
  }

  @Test("is delivered once, and told apart from another image under its tag")
  func delivery() async throws {
    let bench = try ImageBench()
    let image = try image(bench, contents(bench))
    try await bench.withClient { client in
      let first = try await image.build(client)
      #expect(try await first.delivery(at: client) == .missing)
      let last = Mutex(CopyProgress())
      #expect(try await first.deliver(to: client) { state in last.withLock { $0 = state } } == first.digest)
      #expect(last.withLock { $0.manifestsDone } == 1 && last.withLock { $0.bytesDone } > 0)
      #expect(try await first.delivery(at: client) == .delivered)
      last.withLock { $0 = CopyProgress() }
      try await first.deliver(to: client) { state in last.withLock { $0 = state } }
      #expect(last.withLock { $0 } == CopyProgress())
      try "other\n".write(toFile: "\(bench.folder)/data", atomically: true, encoding: .utf8)
      let second = try await image.build(client)
      #expect(try await second.delivery(at: client) == .other(first.digest))
      try await second.deliver(to: client)
      #expect(try await first.delivery(at: client) == .other(second.digest))
      first.discard()
      second.discard()
    }
  }

  @Test("says what it runs and as whom, and its first layers are the same for all")
  func configuration() async throws {
    let bench = try ImageBench()
    try await bench.withClient { client in
      let with = try await image(bench, contents(bench)).build(client)
      let without = try await image(bench).build(client)
      let whole = try #require(try await ImageInspection(with.built, nil).configuration)
      let bare = try #require(try await ImageInspection(without.built, nil).configuration)
      #expect(whole.process.entrypoint == ["/opt/muster/muster"])
      #expect(whole.process.user == "65534:65534")
      #expect(whole.process.environment == ["PATH=\(ImageLayers.path)"])
      #expect(whole.diffIDs.count == 4 && bare.diffIDs.count == 2)
      #expect(Array(whole.diffIDs.prefix(2)) == bare.diffIDs)
    }
  }

  @Test("of the user's own is never built")
  func own() async throws {
    let bench = try ImageBench()
    var contents = ImageValues()
    contents.own = "registry.example/mine:1"
    let image = try image(bench, contents)
    try await bench.withClient { client in
      let error = await #expect(throws: WorkerDeploymentError.self) { try await image.build(client) }
      #expect(error?.message.contains("your own") == true)
    }
  }

  @Test("is asked for with the login at the host where it is delivered, and elsewhere with what is known")
  func credentials() async throws {
    let target = ImageTarget(delivered: "In.example/a:1", pulled: "out.example/a:1", pullHost: "out.example")
    let others = GivenCredentials(.password(user: "other", password: Secret("x")), registry: "base.example")
    let source = try WorkerImage.credentials(
      RegistryLogin(user: "ada", password: Secret("y")), for: target, others: others)
    func user(_ registry: String) async throws -> String? {
      guard case .password(let user, _)? = try await source.credentials(registry: registry, repository: "a") else {
        return nil
      }
      return user
    }
    #expect(try await user("in.example") == "ada")
    #expect(try await user("out.example") == nil)
    #expect(try await user("base.example") == "other")
  }

  /// Builds images from nothing and on a base whose C library is broken, and runs each.
  private func run(_ bench: ImageBench, _ arguments: [String], _ check: (_ told: String) -> Void) async throws {
    let podman = try Podman(bench)
    try await bench.withClient { client in
      let base = try await podman.brokenBase()
      for var contents in [try contents(bench), try contents(bench, base: base)] {
        contents.files.append(ImageFile(source: try settings(bench), path: "/etc/muster.yaml"))
        let prepared = try await image(bench, contents).build(client)
        let digest = try await prepared.deliver(to: client)
        prepared.discard()
        let name = "\(bench.address)/team/workers@\(digest)"
        try podman.pull(name)
        check(try podman.run(name, arguments))
        check(try podman.run(name, arguments, entrypoint: "/usr/bin/muster"))
        if contents.base == nil { #expect(try podman.run(name, ["hello"], entrypoint: "echo") == "hello\n") }
      }
    }
  }

  /// With a kind that this program itself does: on a broken base nothing else runs.
  private func settings(_ bench: ImageBench) throws -> String {
    let file = "\(bench.folder)/muster.yaml"
    try "state: /tmp/state\nkinds:\n  own:\n    executor: [/opt/muster/muster, version]\n".write(
      toFile: file, atomically: true, encoding: .utf8)
    return file
  }

  @Test("runs from nothing, and on a base whose C library is broken", .enabled(if: ImageBench.find("podman")))
  func runs() async throws {
    let bench = try ImageBench(
      "char b[64]; int n = readlink(\"/proc/self/exe\", b, 63); b[n > 0 ? n : 0] = 0; puts(b); printf(\"%d\\n\", getuid()); return 0;"
    )
    try await run(bench, []) { told in #expect(told == "/opt/muster/muster\n65534\n") }
  }

  static let muster = ProcessInfo.processInfo.environment["MUSTER_PROGRAM"]

  @Test(
    "runs with the program that MUSTER_PROGRAM names, which starts its keeper and that a task's program",
    .enabled(if: ImageBench.find("podman") && Self.muster != nil))
  func itself() async throws {
    let bench = try ImageBench(program: Self.muster)
    let arguments = ["kind", "check", "own", "-c", "/etc/muster.yaml", "--input", "x", "--output", "json"]
    try await run(bench, arguments) { told in #expect(told.contains("\"done\"") && told.contains("muster"), "\(told)") }
  }
}
