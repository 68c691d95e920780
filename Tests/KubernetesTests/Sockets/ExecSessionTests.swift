import NIOCore
import Testing

@testable import Kubernetes

@Suite("A command in a container")
struct ExecSessionTests {
  static let v5 = "v5.channel.k8s.io"
  static let v4 = "v4.channel.k8s.io"

  /// A session over a fake cluster whose socket says these things.
  private func session(
    _ chosen: String, _ messages: [ByteBuffer]
  ) async throws -> (ExecSession, ScriptedSocket, FakeCluster) {
    let cluster = FakeCluster()
    let socket = ScriptedSocket(chosen, messages)
    cluster.onSocket { _, _ in socket }
    let client = KubernetesClient(transport: cluster)
    let session = try await client.exec("a", in: "default", ExecOptions(["ls", "-l"], container: "c", hasInput: true))
    return (session, socket, cluster)
  }

  @Test("asks for the command and its streams, word by word")
  func asks() async throws {
    let (_, _, cluster) = try await session(Self.v5, [])
    let request = try #require(cluster.requests.last)
    #expect(request.path == "/api/v1/namespaces/default/pods/a/exec")
    #expect(
      request.query.map { "\($0.name)=\($0.value)" } == [
        "command=ls", "command=-l", "container=c", "stdin=true", "stdout=true", "stderr=true",
      ])
  }

  @Test("output comes in order, then the exit status")
  func reads() async throws {
    let (session, _, _) = try await session(
      Self.v5,
      [
        ScriptedSocket.message(1, ""), ScriptedSocket.message(1, "a"), ScriptedSocket.message(2, "b"),
        ScriptedSocket.message(1, "c"), ByteBuffer(bytes: [255, 1]),
        ScriptedSocket.message(
          3,
          #"{"status":"Failure","reason":"NonZeroExitCode","message":"command terminated with non-zero exit code","#
            + #""details":{"causes":[{"reason":"ExitCode","message":"7"}]}}"#),
      ])
    var seen: [ExecSession.Output] = []
    for try await part in session.output { seen.append(part) }
    #expect(
      seen == [
        .standardOutput(ByteBuffer(string: "a")), .standardError(ByteBuffer(string: "b")),
        .standardOutput(ByteBuffer(string: "c")),
      ])
    #expect(try await session.exitStatus().code == 7)
  }

  @Test("v5 can end the input, and v4 says that it cannot")
  func closesInput() async throws {
    let (new, socket, _) = try await session(Self.v5, [])
    try await new.write("in")
    try await new.closeInput()
    try await new.resize(columns: 80, rows: 24)
    #expect(socket.sent[0] == ByteBuffer(bytes: [0] + Array("in".utf8)))
    #expect(socket.sent[1] == ByteBuffer(bytes: [255, 0]))
    #expect(String(buffer: socket.sent[2]) == "\u{4}{\"Height\":24,\"Width\":80}")
    let (old, _, _) = try await session(Self.v4, [])
    let error = await #expect(throws: KubernetesError.self) { try await old.closeInput() }
    #expect(error?.code == .unsupported)
  }

  @Test("much input goes in pieces that an old kubelet reads")
  func pieces() async throws {
    let (session, socket, _) = try await session(Self.v4, [])
    try await session.write(ByteBuffer(repeating: 1, count: 100_000))
    #expect(socket.sent.map(\.readableBytes).reduce(0, +) == 100_000 + socket.sent.count)
    #expect(socket.sent.allSatisfy { $0.readableBytes <= 32_768 })
  }

  @Test("an end without a status is an error: nobody knows how it went")
  func unknownEnd() async throws {
    let (session, _, _) = try await session(Self.v4, [ScriptedSocket.message(1, "a")])
    let error = await #expect(throws: KubernetesError.self) { try await session.exitStatus() }
    #expect(error?.code == .unreachable)
  }

  @Test("a status that is none is an error")
  func nonsense() async throws {
    let (session, _, _) = try await session(Self.v4, [ScriptedSocket.message(3, "boom")])
    let error = await #expect(throws: KubernetesError.self) { try await session.exitStatus() }
    #expect(error?.code == .badAnswer)
  }

  @Test("nothing to run is said before anybody is asked")
  func emptyCommand() async throws {
    let client = KubernetesClient(transport: FakeCluster())
    let error = await #expect(throws: KubernetesError.self) {
      try await client.exec("a", in: "default", ExecOptions([]))
    }
    #expect(error?.code == .badValue)
  }
}
