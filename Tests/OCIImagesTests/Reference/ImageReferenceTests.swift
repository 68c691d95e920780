import SeededDice
import Testing

@testable import OCIImages

@Suite struct ImageReferenceTests {
  private static let hex = String(repeating: "ab", count: 32)

  @Test(
    "A name is taken apart and put together again",
    arguments: [
      ("registry.example/app", "registry.example", "app", nil),
      ("registry.example/team/sub/app:1.2", "registry.example", "team/sub/app", "1.2"),
      ("localhost/app:x", "localhost", "app", "x"),
      ("localhost:5000/app", "localhost:5000", "app", nil),
      ("host:80/a_b/c__d/e-f/g---h.i:T_1", "host:80", "a_b/c__d/e-f/g---h.i", "T_1"),
      ("[::1]:5000/app:1", "[::1]:5000", "app", "1"), ("127.0.0.1:5000/app", "127.0.0.1:5000", "app", nil),
    ])
  func parts(_ text: String, _ registry: String, _ repository: String, _ tag: String?) throws {
    let reference = try ImageReference(text)
    #expect(reference.registry == registry && reference.repository == repository && reference.tag == tag)
    #expect(reference.digest == nil && reference.description == text)
    let pinned = try ImageReference("\(text)@sha256:\(Self.hex)")
    let digest = try Digest("sha256:\(Self.hex)")
    #expect(pinned.tag == tag && pinned.digest == digest && pinned.manifest == .digest(digest))
    #expect(pinned.description == "\(text)@sha256:\(Self.hex)")
  }

  @Test("Without tag and digest 'latest' is meant, and is not put into the name")
  func latest() throws {
    let reference = try ImageReference("registry.example/app")
    #expect(reference.manifest == .tag("latest") && reference.description == "registry.example/app")
  }

  @Test("A registry's name is the same in capitals")
  func capitals() throws { #expect(try ImageReference("Registry.Example/app").registry == "registry.example") }

  @Test(
    "A name without a registry is refused with the advice to name one",
    arguments: ["app", "app:1", "team/app", "team/app:1"])
  func short(_ text: String) {
    let error = #expect(throws: OCIError.self) { try ImageReference(text) }
    #expect(error?.code == .badReference && error?.message.contains("registry.example/\(text)") == true)
    #expect(throws: Never.self) { try ImageReference(text, defaultRegistry: "registry.example") }
  }

  @Test(
    "What is no name is refused in one sentence that repeats no control characters",
    arguments: [
      "", "/", ":", "@", "registry.example", "localhost:5000", "registry.example/", "registry.example/App",
      "registry.example/a//b", "registry.example/a/../b", "registry.example/-a", "registry.example/a_",
      "registry.example/a___b",
      "registry.example/a.:1", "registry.example/app:", "registry.example/app:-x", "registry.example/app:a b",
      "registry.example/app@sha256:12", "registry.example/app@md5:00", "host:0/app", "host:70000/app", "host:x/app",
      "-host.example/app", "host..example/app", "[::1/app", "[xyz]/app", "registry.example/a\u{1B}[31m",
      "https://registry.example/app",
    ])
  func refused(_ text: String) {
    let error = #expect(throws: OCIError.self) { try ImageReference(text, defaultRegistry: nil) }
    #expect(error?.code == .badReference || error?.code == .badDigest)
    #expect(error?.message.contains("\u{1B}") == false && error?.message.contains("\n") == false)
  }

  @Test("Long names and tags are refused")
  func long() {
    #expect(throws: OCIError.self) { try ImageReference("registry.example/" + String(repeating: "a", count: 256)) }
    #expect(throws: OCIError.self) { try ImageReference("registry.example/a:" + String(repeating: "a", count: 129)) }
    #expect(throws: Never.self) { try ImageReference("registry.example/a:" + String(repeating: "a", count: 128)) }
  }

  @Test("Whatever is given, it is refused or reads back as itself")
  func fuzz() {
    var random = Dice(seed: 1)
    let seeds = [
      "registry.example:5000/team/app:1.2@sha256:\(Self.hex)", "localhost/a", "[::1]:5000/a_b/c-d:x", "oci:/a/b:t",
      "docker-archive:f:a:b",
    ]
    for _ in 0..<20_000 {
      let text = String(decoding: random.damaged(random.one(of: seeds)), as: UTF8.self)
      if let reference = try? ImageReference(text) {
        #expect((try? ImageReference(reference.description)) == reference)
      }
      if let location = try? ImageLocation(text) {
        #expect((try? ImageLocation(location.description)) == location)
      }
    }
  }
}
