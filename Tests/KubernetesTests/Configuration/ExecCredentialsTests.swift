import Foundation
import MusterCore
import Testing

@testable import Kubernetes

/// The plugins are shell scripts: real programs that are really run.
@Suite struct ExecCredentialsTests {
  private func source(
    _ folder: TemporaryFolder, _ script: String, _ fields: String = "", time: any Timekeeper = ManualTime(),
    patience: Duration = .seconds(30), version: String = "v1"
  ) throws -> ExecCredentials {
    try folder.write("bin/plugin", "#!/bin/sh\n" + script, isProgram: true)
    let config = try folder.write(
      "config",
      """
      current-context: x
      clusters: [{name: c, cluster: {server: 'https://a:1', certificate-authority-data: \(base64(KubeconfigTests.pem)), extensions: [{name: client.authentication.k8s.io/exec, extension: {region: eu}}]}}]
      users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/\(version), command: ./bin/plugin, installHint: get it from example.com\(fields)}}}]
      contexts: [{name: x, context: {cluster: c, user: u}}]
      """)
    let kubeconfig = try Kubeconfig(files: [config])
    let cluster = try #require(kubeconfig.clusters["c"])
    let user = try #require(kubeconfig.users["u"])
    let plugin = try ExecPlugin(
      reading: try #require(user.fields["exec"]), of: user, try kubeconfig.configuration(), cluster)
    let environment = ["PATH": "/usr/bin:/bin", "OUT": folder.path]
    return ExecCredentials(plugin, environment: environment, time: time, patience: patience)
  }

  private func answer(_ status: String, version: String = "v1") -> String {
    #"echo '{"apiVersion":"client.authentication.k8s.io/\#(version)","kind":"ExecCredential","status":\#(status)}'"#
  }

  private func message(_ source: ExecCredentials) async -> String {
    do {
      _ = try await source.current(forceRefresh: false)
      return "no error"
    } catch let error as KubernetesError {
      return error.code == .credentials ? error.message : "another code"
    } catch {
      return "\(error)"
    }
  }

  @Test("A plugin's token is kept until just before it ends", arguments: ["v1", "v1beta1"])
  func caching(_ version: String) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let time = ManualTime(epoch: try Time("2026-11-27T16:00:00Z").timestamp)
    let script =
      "echo x >> $OUT/runs\nn=$(wc -l < $OUT/runs)\n"
      + answer(#"{"token":"t'$n'","expirationTimestamp":"2026-11-27T16:0'$n':00Z"}"#, version: version)
    let source = try source(folder, script, time: time, version: version)
    func token(_ force: Bool = false) async throws -> String? {
      try await source.current(forceRefresh: force).authorization?.reveal()
    }
    #expect(try await token() == "Bearer t1")
    #expect(try await token() == "Bearer t1")
    // A refusal right after says nothing about a token that was not there when the request was sent.
    #expect(try await token(true) == "Bearer t1")
    time.advance(by: .seconds(56))
    #expect(try await token() == "Bearer t2")
    time.advance(by: .seconds(3))
    #expect(try await token(true) == "Bearer t3")
  }

  @Test("However many ask at once, the plugin runs once")
  func singleFlight() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let source = try source(folder, "echo x >> $OUT/runs\n" + answer(#"{"token":"t"}"#))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 { group.addTask { _ = try await source.current(forceRefresh: true) } }
      try await group.waitForAll()
    }
    #expect(try String(contentsOfFile: folder.path + "/runs", encoding: .utf8) == "x\n")
  }

  @Test("It is given arguments, variables and what it asked for about the cluster")
  func input() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let source = try source(
      folder,
      "printf '%s' \"$1|$2|$WHO\" > $OUT/given\nprintf '%s' \"$KUBERNETES_EXEC_INFO\" > $OUT/info\n"
        + answer(#"{"clientCertificateData":"c","clientKeyData":"k"}"#),
      ", args: [a b, '--c'], env: [{name: WHO, value: me}], provideClusterInfo: true, interactiveMode: IfAvailable")
    let credentials = try await source.current(forceRefresh: false)
    #expect(credentials.certificate == ClientCertificate(chain: "c", key: Secret("k")))
    #expect(try String(contentsOfFile: folder.path + "/given", encoding: .utf8) == "a b|--c|me")
    let info = try JSONReader.parse(Data(contentsOf: URL(fileURLWithPath: folder.path + "/info")))
    let expected: JSONValue = [
      "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
      "spec": [
        "interactive": false,
        "cluster": [
          "server": "https://a:1", "certificate-authority-data": .string(base64(KubeconfigTests.pem)),
          "config": ["region": "eu"],
        ],
      ],
    ]
    #expect(info == expected)
  }

  @Test("What it complains about is told, what it printed is not")
  func failures() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let failed = await message(try source(folder, "echo s3cret; echo 'please log in' >&2; exit 3"))
    #expect(failed.contains("user 'u' of kubeconfig '\(folder.path)/config'"))
    #expect(failed.contains("please log in") && failed.contains("3") && !failed.contains("s3cret"))
    let verbose = await message(
      try source(folder, "echo 'sent Authorization: Bearer s3cret' >&2; echo 'and token=s3cret, got 401' >&2; exit 1"))
    #expect(verbose.contains("got 401") && !verbose.contains("s3cret"), "\(verbose)")
    let cases = [
      ("echo s3cret", "what it printed is no JSON"), ("true", "what it printed is no JSON"),
      (#"echo '{"kind":"Other"}'"#, "is no ExecCredential"),
      (answer(#"{"token":"s3cret"}"#, version: "v1beta1"), "another version than client.authentication.k8s.io/v1"),
      (answer("{}"), "neither a token nor a certificate"), (answer("null"), "has no status"),
      (answer(#"{"token":3}"#), "status.token is not a string"),
      (answer(#"{"token":"s3cret x"}"#), "characters that no token has"),
      (answer(#"{"clientKeyData":"s3cret"}"#), "must come together"),
      (answer(#"{"token":"s3cret","expirationTimestamp":"soon"}"#), "is not a time"),
      ("head -c 3000000 /dev/zero", "printed over 1048576 bytes"),
    ]
    for (script, reason) in cases {
      let message = await message(try source(folder, script))
      #expect(message.contains(reason) && !message.contains("s3cret"), "\(message)")
    }
  }

  @Test("A program that is missing is told with the hint how to get it")
  func missing() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let source = try source(folder, "true")
    try FileManager.default.removeItem(atPath: folder.path + "/bin/plugin")
    #expect(await message(source).hasSuffix("there is no such program; get it from example.com"))
  }

  @Test("A plugin that hangs is ended with all that it started", .timeLimit(.minutes(1)))
  func hanging() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let time = ManualTime()
    let script = "sleep 1000 &\necho $! > $OUT/child.new\nmv $OUT/child.new $OUT/child\nsleep 1000"
    let source = try source(folder, script, time: time, patience: .seconds(60))
    async let message = message(source)
    while !FileManager.default.fileExists(atPath: folder.path + "/child") || time.sleeperCount == 0 {
      try await Task.sleep(for: .milliseconds(1))
    }
    time.advance(by: .seconds(60))
    #expect(await message.hasSuffix("it took longer than 60 s and was ended"))
    let child = try String(contentsOfFile: folder.path + "/child", encoding: .utf8).trimmingCharacters(in: .newlines)
    while isRunning(child) { try await Task.sleep(for: .milliseconds(1)) }
  }

  @Test("A plugin's answer counts when the plugin has ended, also if an agent that it started lives on")
  func agents() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let source = try source(folder, "sleep 5 &\n" + answer(#"{"token":"t"}"#))
    #expect(try await source.current(forceRefresh: false).authorization?.reveal() == "Bearer t")
  }

  /// Whether a process is there and more than a remainder that nobody has collected yet.
  private func isRunning(_ process: String) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
    return stat.split(separator: ")").last?.hasPrefix(" Z") == false
  }

  @Test("Who is cancelled leaves at once, and the plugin goes on for the others")
  func cancellation() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let source = try source(
      folder, "while [ ! -e $OUT/go ]; do sleep 0.02; done\n" + answer(#"{"token":"t"}"#))
    let first = Task { try await source.current(forceRefresh: false) }
    let second = Task { try await source.current(forceRefresh: false) }
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    try folder.write("go", "")
    #expect(try await second.value.authorization?.reveal() == "Bearer t")
  }
}
