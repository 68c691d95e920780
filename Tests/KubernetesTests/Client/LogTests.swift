import MusterCore
import NIOCore
import Synchronization
import Testing

@testable import Kubernetes

@Suite("Reading logs", .timeLimit(.minutes(1)))
struct LogTests {
  func pods(_ pieces: [String]) -> (ResourceClient<PartialObject>, ScriptedTransport) {
    let transport = ScriptedTransport { _, _ in
      APIResponse(
        status: 200,
        body: APIBody(
          AsyncStream<ByteBuffer> { continuation in
            for piece in pieces { continuation.yield(ByteBuffer(string: piece)) }
            continuation.finish()
          }))
    }
    let client = KubernetesClient.scripted(transport)
    return (client.resources(of: ResourceType(plural: "pods", kind: "Pod"), in: "lab"), transport)
  }

  func lines(_ stream: ResourceStream<String>) async throws -> [String] {
    var lines: [String] = []
    for try await line in stream { lines.append(line) }
    return lines
  }

  @Test("lines are whole, wherever the pieces end; the last needs no end")
  func whole() async throws {
    let (pods, transport) = pods(["a", "b\n\nc", "d\ne"])
    let options = LogOptions(
      container: "c", follow: true, previous: true, sinceSeconds: 5, tailLines: 9, limitBytes: 100, timestamps: true)
    #expect(try await lines(pods.logs("p", options)) == ["ab", "", "cd", "e"])
    #expect(transport.requests[0].path == "/api/v1/namespaces/lab/pods/p/log")
    #expect(
      transport.requests[0].query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        == "container=c&follow=true&previous=true&sinceSeconds=5&tailLines=9&limitBytes=100&timestamps=true")
  }

  @Test("a line without an end comes in parts, so that it cannot fill the memory")
  func long() async throws {
    let (pods, _) = pods([String(repeating: "x", count: 10), String(repeating: "y", count: 5) + "\nz\n"])
    #expect(try await lines(pods.logs("p", longestLine: 4)) == ["xxxx", "xxxx", "xxyy", "yyy", "z"])
  }

  @Test("a log that stands still is given up, unless it is followed")
  func idle() async throws {
    let time = ManualTime()
    let transport = ScriptedTransport { _, _ in .watch(["a"], staysOpen: true) }
    let pods: ResourceClient<PartialObject> = KubernetesClient.scripted(transport, time: time)
      .resources(of: ResourceType(plural: "pods", kind: "Pod"), in: "lab")
    let reading = Task { try await lines(pods.logs("p")) }
    let ended = Mutex(false)
    let watching = Task {
      defer { ended.withLock { $0 = true } }
      return try await reading.value
    }
    try await until {
      if time.sleeperCount > 0 { time.advance(by: .seconds(1)) }
      return ended.withLock { $0 }
    }
    let error = await #expect(throws: KubernetesError.self) { _ = try await watching.value }
    #expect(error?.code == .deadline && error?.message.contains("sent nothing for 30000 ms") == true)
    let following = Task { try await lines(pods.logs("p", LogOptions(follow: true))) }
    try await until { transport.count == 2 }
    time.advance(by: .seconds(3600))
    #expect(time.sleeperCount == 0)
    following.cancel()
  }

  @Test("a refusal is the reader's")
  func refused() async throws {
    let transport = ScriptedTransport([.refusal(400, "BadRequest", "container is waiting to start")])
    let pods: ResourceClient<PartialObject> = KubernetesClient.scripted(transport)
      .resources(of: ResourceType(plural: "pods", kind: "Pod"), in: "lab")
    let error = await #expect(throws: KubernetesError.self) { try await lines(pods.logs("p")) }
    #expect(error?.message.contains("refused to read the log of pod 'p'") == true)
  }
}
