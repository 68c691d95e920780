import Foundation
import MusterCore
import Synchronization
import Testing

@testable import OCIImages

@Suite(.timeLimit(.minutes(1))) struct StoredCredentialsTests {
  /// A folder with files, of which those named `docker-credential-…` can be run.
  private static func withFolder(_ files: [String: String], _ work: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("credentials-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, text) in files {
      try text.write(toFile: "\(folder)/\(name).text", atomically: false, encoding: .utf8)
      // Written by another process: a program that is started meanwhile by another test would have the file open, and then
      // it cannot be run.
      let copy = Process()
      copy.executableURL = URL(fileURLWithPath: "/usr/bin/install")
      copy.arguments = ["-m", "700", "\(folder)/\(name).text", "\(folder)/\(name)"]
      try copy.run()
      copy.waitUntilExit()
      try #require(copy.terminationStatus == 0)
    }
    try await work(folder)
  }

  /// So that a test that waits for a helper also ends when there never is one.
  private final class Flag: Sendable {
    private let state = Mutex(false)
    var isRaised: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }
  }

  private static let all = #"{"credsStore": "stand-in"}"#

  private static func ask(_ helper: String, time: any Timekeeper = SystemTime()) async throws -> RegistryCredentials? {
    var found: RegistryCredentials?
    try await withFolder(["docker-credential-stand-in": "#!/bin/sh\n\(helper)\n", "config.json": all]) { folder in
      let source = StoredCredentials(
        environment: ["DOCKER_CONFIG": folder, "PATH": "\(folder):/usr/bin:/bin", "XDG_RUNTIME_DIR": "/nowhere"],
        time: time)
      found = try await source.credentials(registry: "h.example", repository: "a")
    }
    return found
  }

  @Test("A helper is told the registry on standard input, and what it answers is used")
  func helper() async throws {
    let found = try await Self.ask(
      #"read -r host; [ "$1" = get ] && printf '{"ServerURL":"x","Username":"u-%s","Secret":"s3"}' "$host""#)
    guard case .password(let user, let password)? = found else {
      Issue.record("no password")
      return
    }
    #expect(user == "u-h.example" && password.reveal() == "s3")
  }

  @Test("A helper's user '<token>' says that what it keeps is an identity token")
  func token() async throws {
    guard case .identityToken(let token)? = try await Self.ask(#"printf '{"Username":"<token>","Secret":"t"}'"#) else {
      Issue.record("no token")
      return
    }
    #expect(token.reveal() == "t")
  }

  @Test("A helper without credentials is no failure")
  func none() async throws {
    #expect(try await Self.ask("echo 'credentials not found in native keychain'; exit 1") == nil)
  }

  @Test(
    "A helper that fails, answers nonsense or too much is one sentence without anything that it said",
    arguments: ["echo hush; exit 1", "echo hush", "head -c 100000 /dev/zero | tr '\\0' s"])
  func broken(_ helper: String) async {
    let error = await #expect(throws: OCIError.self) { try await Self.ask(helper) }
    #expect(error?.code == .credentials && error?.message.contains("docker-credential-stand-in") == true)
    #expect(error?.description.contains("hush") == false)
  }

  @Test("A helper that waits for nobody is ended after its time")
  func slow() async throws {
    let time = ManualTime()
    let marker = FileManager.default.temporaryDirectory.appendingPathComponent("started-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: marker) }
    let hasEnded = Flag()
    let answer = Task {
      defer { hasEnded.raise() }
      return try await Self.ask("touch \(marker); exec sleep 1000", time: time)
    }
    while !hasEnded.isRaised, time.sleeperCount == 0 || !FileManager.default.fileExists(atPath: marker) {
      // Also where the time for a test ends it.
      try await Task.sleep(for: .milliseconds(5))
    }
    time.advance(by: .seconds(31))
    let error = await #expect(throws: OCIError.self) { try await answer.value }
    #expect(error?.message.contains("30s") == true)
  }

  @Test("A helper is not waited for by who is cancelled")
  func cancelled() async throws {
    let time = ManualTime()
    let answer = Task { try await Self.ask("exec sleep 3", time: time) }
    while time.sleeperCount == 0 { try await Task.sleep(for: .milliseconds(5)) }
    answer.cancel()
    await #expect(throws: CancellationError.self) { try await answer.value }
  }

  @Test(
    "A helper that is not there, or whose name leads elsewhere, is said",
    arguments: ["nowhere-to-be-found", "../../bin/sh", "a b"])
  func names(_ name: String) async throws {
    try await Self.withFolder(["config.json": #"{"credHelpers": {"h.example": "\#(name)"}}"#]) { folder in
      let source = StoredCredentials(file: "\(folder)/config.json", environment: ["PATH": folder])
      let error = await #expect(throws: OCIError.self) {
        try await source.credentials(registry: "h.example", repository: "a")
      }
      #expect(error?.code == .credentials)
    }
  }

  @Test("Files that are not there are passed over, but not one that was named")
  func files() async throws {
    let nowhere = StoredCredentials(environment: ["HOME": "/nowhere", "XDG_RUNTIME_DIR": "/nowhere"])
    #expect(try await nowhere.credentials(registry: "h.example", repository: "a") == nil)
    let error = await #expect(throws: OCIError.self) {
      try await StoredCredentials(file: "/nowhere/f").credentials(registry: "h.example", repository: "a")
    }
    #expect(error?.code == .file && error?.message.contains("/nowhere/f") == true)
  }

  @Test("Given credentials go to their registry only")
  func given() async throws {
    let source = GivenCredentials(.password(user: "u", password: Secret("p")), registry: "A.example")
    #expect(try await source.credentials(registry: "a.example", repository: "x") != nil)
    #expect(try await source.credentials(registry: "b.example", repository: "x") == nil)
    #expect(try await AnonymousAccess().credentials(registry: "a.example", repository: "x") == nil)
  }
}
