import MusterCore
import NIOCore
import SeededDice
import Synchronization
import Testing

@testable import Kubernetes

/// The whole way from a connection's bytes to a command's output, through NIO's decoder, with bytes that are damaged.
@Suite("WebSockets of servers that send anything", .timeLimit(.minutes(1)))
struct WebSocketFuzzTests {
  private static let rounds = 200

  /// What the server says next.
  private final class Speech: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    var current: [UInt8] { bytes.withLock { $0 } }
    func say(_ next: [UInt8]) { bytes.withLock { $0 = next } }
  }

  /// A frame as servers write it (RFC 6455, 5.2), of less than 64 KiB.
  private static func frame(_ opcode: UInt8, _ payload: [UInt8], isLast: Bool = true) -> [UInt8] {
    let count = payload.count
    let length: [UInt8] = count < 126 ? [UInt8(count)] : [126, UInt8(count >> 8), UInt8(count & 255)]
    return [(isLast ? 0x80 : 0) | opcode] + length + payload
  }

  /// Runs what a client does, over and over, against a server whose bytes are damaged in each round but the first.
  ///
  /// - Parameter use: returns what was read when all was well.
  private func fuzz(
    _ chosen: String, _ good: [UInt8], seed: UInt64, wanted: String,
    _ use: @escaping @Sendable (KubernetesClient) async throws -> String
  ) async throws {
    let speech = Speech()
    let server = try await SocketServer.babbling(chosen, waits: true) { speech.current }
    let client = KubernetesClient(
      configuration: ClientConfiguration(
        server: ServerAddress(isEncrypted: false, host: "127.0.0.1", port: server.localAddress?.port ?? 0)),
      behaviour: ClientBehaviour(requestsPerSecond: 0))
    var random = Dice(seed: seed)
    var failures = 0
    for round in 0..<Self.rounds {
      speech.say(round == 0 ? good : random.damaged(good))
      do {
        let read = try await Deadline.run(
          within: .seconds(10), time: SystemTime(), sentence: "no end: \(speech.current)"
        ) { try await use(client) }
        if round == 0 { #expect(read == wanted) }
        #expect(read.utf8.count <= speech.current.count * 3, "round \(round)")
      } catch let error as KubernetesError {
        failures += 1
        #expect([.badAnswer, .unreachable, .refused].contains(error.code), "round \(round): \(error)")
        #expect(round > 0, "\(error)")
      }
    }
    // Most damage is noticed; some hits only what the command wrote.
    #expect(failures > Self.rounds / 4 && failures < Self.rounds)
    try await server.close()
  }

  @Test("damaged frames of a command end in an error or a result, and never without an end")
  func command() async throws {
    let text = String(repeating: "abcdefgh", count: 40)
    let bytes =
      Self.frame(2, [1] + Array("one".utf8)) + Self.frame(9, [7, 7]) + Self.frame(2, [2] + Array("two".utf8))
      + Self.frame(2, [1] + Array("thr".utf8), isLast: false) + Self.frame(10, []) + Self.frame(0, Array("ee".utf8))
      + Self.frame(2, [1] + Array(text.utf8)) + Self.frame(2, [255, 1])
      + Self.frame(2, [3] + Array(#"{"kind":"Status","status":"Success"}"#.utf8)) + Self.frame(8, [3, 232])
    try await fuzz("v5.channel.k8s.io", bytes, seed: 21, wanted: "onetwothree\(text)0") { client in
      let session = try await client.exec("a", in: "default", ExecOptions(["true"], hasInput: true))
      do {
        try await session.write("speak")
        var read = ""
        for try await part in session.output {
          switch part {
          case .standardOutput(let bytes), .standardError(let bytes): read += String(buffer: bytes)
          }
        }
        read += String(try await session.exitStatus().code)
        await session.close()
        return read
      } catch {
        await session.close()
        throw error
      }
    }
  }

  @Test("damaged frames of a port do so too")
  func port() async throws {
    let bytes =
      Self.frame(2, [0, 80, 0]) + Self.frame(2, [1, 80, 0]) + Self.frame(2, [0] + Array("one".utf8))
      + Self.frame(9, []) + Self.frame(2, [0] + Array(repeating: 0x41, count: 300)) + Self.frame(8, [3, 232])
    try await fuzz(
      "v4.channel.k8s.io", bytes, seed: 22, wanted: "one" + String(repeating: "A", count: 300)
    ) { client in
      let forward = try await client.portForward("a", in: "default", port: 80)
      do {
        try await forward.send(ByteBuffer(string: "speak"))
        var read = ""
        while let bytes = try await forward.receive() { read += String(buffer: bytes) }
        await forward.close()
        return read
      } catch {
        await forward.close()
        throw error
      }
    }
  }

  @Test("a server that agrees, speaks and leaves in one breath was heard")
  func breath() async throws {
    let status = Array(#"{"kind":"Status","status":"Success"}"#.utf8)
    let server = try await SocketServer.babbling("v5.channel.k8s.io", waits: false) { Self.frame(2, [3] + status) }
    let client = KubernetesClient(
      configuration: ClientConfiguration(
        server: ServerAddress(isEncrypted: false, host: "127.0.0.1", port: server.localAddress?.port ?? 0)))
    for _ in 0..<50 {
      let session = try await client.exec("a", in: "default", ExecOptions(["true"]))
      let exit = try await session.exitStatus()
      #expect(exit.isSuccess)
      await session.close()
    }
    try await server.close()
  }
}
