import NIOCore
import Testing

@testable import Kubernetes

/// Runs against the pod that `KUBERNETES_TEST_POD` names (`namespace/pod`, busybox, its httpd on port 8080): the suite
/// `Tests/Kubernetes/run` makes one where a kubelet can run.
@Suite("exec, attach and port-forward to a real kubelet", .enabled(if: TestPod.named != nil))
struct RealExecTests {
  let client: KubernetesClient
  let pod: (namespace: String, name: String)

  init() throws {
    pod = try #require(TestPod.named)
    client = KubernetesClient(configuration: try ClientConfiguration.load(kubeconfig: ContractServer.kubeconfig))
  }

  private func run(_ command: String..., input: String? = nil) async throws -> (String, String, ExecExit) {
    let session = try await client.exec(
      pod.name, in: pod.namespace, ExecOptions(command, hasInput: input != nil))
    if let input { try await session.write(input) }
    var (output, errors) = (ByteBuffer(), ByteBuffer())
    for try await part in session.output {
      switch part {
      case .standardOutput(var bytes): output.writeBuffer(&bytes)
      case .standardError(var bytes): errors.writeBuffer(&bytes)
      }
    }
    let exit = try await session.exitStatus()
    await session.close()
    return (String(buffer: output), String(buffer: errors), exit)
  }

  @Test("output, errors and the exit status come apart")
  func streams() async throws {
    let (output, errors, exit) = try await run("sh", "-c", "echo out; echo err >&2; exit 3")
    #expect(output == "out\n")
    #expect(errors == "err\n")
    #expect(exit.code == 3)
    #expect(try await run("true").2 == ExecExit(code: 0))
  }

  @Test("input reaches the command, in any size")
  func input() async throws {
    let text = String(repeating: "0123456789abcde\n", count: 20_000)
    let (output, _, exit) = try await run("sh", "-c", "head -c \(text.utf8.count) | md5sum", input: text)
    #expect(exit.isSuccess)
    let (wanted, _, _) = try await run("sh", "-c", "yes 0123456789abcde | head -n 20000 | md5sum")
    #expect(output == wanted)
  }

  @Test("attached to a program, one hears it and it hears one")
  func attaches() async throws {
    let pods = client.resources(DynamicObject.self, of: Pod.resource, in: pod.namespace)
    let box = try await pods.get(pod.name)
    let name = "attach-\(UInt32.random(in: 0...UInt32.max))"
    try await pods.create(
      [
        "metadata": ["name": .string(name)],
        "spec": [
          "nodeName": box["spec", "nodeName"] ?? .null, "restartPolicy": "Never", "terminationGracePeriodSeconds": 0,
          "containers": [
            [
              "name": "c", "image": box["spec", "containers", 0, "image"] ?? .null, "imagePullPolicy": "Never",
              "stdin": true, "stdinOnce": true, "command": ["sh", "-c", "read a; echo heard $a; cat; exit 4"],
            ]
          ],
        ],
      ] as JSONValue)
    #expect(try await Contract.eventually { try await pods.get(name)["status", "phase"] == "Running" })
    let session = try await client.attach(name, in: pod.namespace, ExecOptions([], hasInput: true))
    try await session.write("me\n")
    var heard = ByteBuffer()
    for try await part in session.output {
      guard case .standardOutput(var bytes) = part else { continue }
      heard.writeBuffer(&bytes)
      guard String(buffer: heard) == "heard me\n" else { continue }
      // In v4, input ends with the connection.
      guard session.channelProtocol == "v5.channel.k8s.io" else { break }
      try await session.closeInput()
    }
    #expect(String(buffer: heard) == "heard me\n")
    await session.close()
    #expect(try await Contract.eventually { try await pods.get(name)["status", "phase"] == "Failed" })
    let end = try await pods.get(name)
    #expect(end["status", "containerStatuses", 0, "state", "terminated", "exitCode"] == 4)
    try await pods.delete(name)
  }

  @Test("much output comes whole, also to a slow reader")
  func muchOutput() async throws {
    let (output, _, exit) = try await run("sh", "-c", "yes 0123456789abcde | head -n 500000")
    #expect(exit.isSuccess)
    #expect(output.utf8.count == 8_000_000)
  }

  @Test("a program that is not there is a sentence")
  func noProgram() async throws {
    let session = try await client.exec(pod.name, in: pod.namespace, ExecOptions(["/no/such/program"]))
    let error = await #expect(throws: KubernetesError.self) { try await session.exitStatus() }
    #expect(error?.code == .refused)
    #expect(error?.message.contains("/no/such/program") == true)
  }

  @Test("a pod that is not there is refused as by any other request")
  func noPod() async throws {
    let error = await #expect(throws: KubernetesError.self) {
      try await client.exec("nonesuch", in: pod.namespace, ExecOptions(["true"]))
    }
    #expect(error?.isNotFound == true)
    let container = await #expect(throws: KubernetesError.self) {
      try await client.exec(pod.name, in: pod.namespace, ExecOptions(["true"], container: "nonesuch"))
    }
    #expect(container?.status?.code == 400)
  }

  @Test("a cancelled reader leaves at once")
  func cancels() async throws {
    let session = try await client.exec(pod.name, in: pod.namespace, ExecOptions(["sleep", "1000"]))
    let reader = Task { try await session.exitStatus() }
    reader.cancel()
    await #expect(throws: CancellationError.self) { try await reader.value }
    await session.close()
  }

  @Test("a port of the pod answers, and one on which nobody listens is a sentence")
  func ports() async throws {
    let forward = try await client.portForward(pod.name, in: pod.namespace, port: 8080)
    try await forward.send(ByteBuffer(string: "GET /nonesuch HTTP/1.0\r\n\r\n"))
    var answer = ByteBuffer()
    while var part = try await forward.receive() { answer.writeBuffer(&part) }
    #expect(String(buffer: answer).hasPrefix("HTTP/1."))
    await forward.close()

    let dead = try await client.portForward(pod.name, in: pod.namespace, port: 9)
    let error = await #expect(throws: KubernetesError.self) { while try await dead.receive() != nil {} }
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("port 9") == true)
  }

  /// The pod's program answers each line of its input with `got` and the line.
  @Test(
    "who attaches speaks with the program that runs already, which goes on when they leave", .timeLimit(.minutes(1)))
  func attachesAgain() async throws {
    for word in ["first", "second"] {
      let session = try await client.attach(pod.name, in: pod.namespace, ExecOptions([], hasInput: true))
      try await session.write("\(word)\n")
      var output = ""
      for try await part in session.output {
        if case .standardOutput(let bytes) = part { output += String(buffer: bytes) }
        if output.contains("got \(word)\n") { break }
      }
      #expect(output.contains("got \(word)\n"))
      await session.close()
    }
    let none = await #expect(throws: KubernetesError.self) {
      try await client.attach(pod.name, in: pod.namespace, ExecOptions([], container: "nonesuch"))
    }
    #expect(none?.status?.code == 400)
  }
}
