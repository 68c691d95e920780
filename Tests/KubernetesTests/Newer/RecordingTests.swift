import Foundation
import NIOCore
import Testing

@testable import Kubernetes

@Suite("Recordings of a server")
struct RecordingTests {
  private func get(_ path: String, _ query: [(name: String, value: String)] = []) -> APIRequest {
    APIRequest(.get, path, query: query, headers: [("Accept", "application/json"), ("User-Agent", "x")])
  }

  private func text(_ transport: any APITransport, _ request: APIRequest) async throws -> String {
    String(buffer: try await transport.send(request).body.collect(upTo: 1 << 20))
  }

  /// A recording of what a transport answers, written to a file and read again.
  private func record(
    _ transport: ScriptedTransport, _ talk: (RecordingTransport) async throws -> Void
  ) async throws -> Recording {
    let recorder = RecordingTransport(transport)
    try await talk(recorder)
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let file = URL(fileURLWithPath: folder.path).appending(path: "r.jsonl")
    try Recording(server: "v1.99.0", exchanges: recorder.exchanges).write(to: file, namespace: "real-1")
    return try Recording(contentsOf: file)
  }

  @Test("what was said is said again, under the name that all recordings have")
  func replays() async throws {
    let recording = try await record(
      ScriptedTransport([
        .json("{\"ns\":\"real-1\",\"umlaut\":\"ä\"}", headers: [("Warning", "299 - \"w: x\""), ("Audit-Id", "1")])
      ])
    ) { _ = try await text($0, get("/api/v1/namespaces/real-1/pods", [("a", "b")])) }
    let server = RecordedServer(recording)
    #expect(server.unasked == ["GET /api/v1/namespaces/\(Recording.namespace)/pods a=b"])
    let again = try await server.send(get("/api/v1/namespaces/\(Recording.namespace)/pods", [("a", "b")]))
    #expect(again.status == 200 && again.headers.map(\.name) == ["warning"])
    #expect(again.header("Warning") == "299 - \"w: x\"")
    let body = try await again.body.collect(upTo: 1000)
    #expect(String(buffer: body) == "{\"ns\":\"\(Recording.namespace)\",\"umlaut\":\"ä\"}")
    #expect(server.unasked.isEmpty)
  }

  @Test("a question that was not recorded is refused: another path, query, format or body")
  func refuses() async throws {
    var post = APIRequest(.post, "/a", headers: [("Content-Type", "application/json")])
    post.body = ByteBuffer(string: #"{"a":1,"b":2}"#)
    let recording = try await record(ScriptedTransport([.json("1")])) { [post] in _ = try await text($0, post) }
    let server = RecordedServer(recording)
    var other = post
    other.body = ByteBuffer(string: #"{"a":1,"b":3}"#)
    var strange = post
    strange.headers = [("Content-Type", "application/strange")]
    for request in [get("/a"), get("/b"), other, strange] {
      let error = await #expect(throws: KubernetesError.self) { try await server.send(request) }
      #expect(error?.message.contains("does not have \(request.method.rawValue) \(request.path)") == true)
    }
    post.body = ByteBuffer(string: #"{"b":2,"a":1}"#)
    #expect(try await text(server, post) == "1")
  }

  @Test("of what is asked until it is so, the last answer is kept, and given as often as it is asked")
  func polls() async throws {
    let recording = try await record(ScriptedTransport([.json("1"), .json("2"), .json("3"), .json("4")])) {
      for path in ["/a", "/a", "/b", "/a"] { _ = try await text($0, get(path)) }
    }
    let server = RecordedServer(recording)
    var answers: [String] = []
    for path in ["/a", "/b", "/b", "/a", "/a"] { answers.append(try await text(server, get(path))) }
    #expect(answers == ["2", "3", "3", "4", "4"])
  }

  @Test("of a watch, the whole lines are kept")
  func watches() async throws {
    let watch = get("/a", [("watch", "true"), ("timeoutSeconds", "301")])
    let recording = try await record(
      ScriptedTransport([APIResponse(status: 200, body: APIBody(ByteBuffer(string: "{1}\n{2}\n{3")))])
    ) { _ = try await text($0, watch) }
    let again = get("/a", [("watch", "true"), ("timeoutSeconds", "599")])
    #expect(try await text(RecordedServer(recording), again) == "{1}\n{2}\n")
  }

  @Test("a WebSocket answers when it has been sent what it answers to")
  func sockets() async throws {
    let messages = [(false, "hello"), (true, "in"), (false, "out")].map { isSent, text in
      SocketMessage(ScriptedSocket.message(1, text), isSent: isSent)
    }
    let socket = RecordedSocket("v5.channel.k8s.io", messages)
    #expect(try await socket.receive() == ScriptedSocket.message(1, "hello"))
    let reader = Task { try await socket.receive() }
    await Task.yield()
    try await socket.send(ScriptedSocket.message(1, "in"))
    #expect(try await reader.value == ScriptedSocket.message(1, "out"))
    #expect(try await socket.receive() == nil)
  }
}
