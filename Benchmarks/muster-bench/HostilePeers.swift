import ArgumentParser
import Certificates
import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore

/// The hostile peers of ``HostileBench``, in a process of their own, against a coordinator on this machine's loopback.
///
/// Each pushes a little over a limit, not as hard as it can: what they take of the processors is no fault of the coordinator.
struct HostilePeers: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hostile-peers", abstract: "For 'hostile': peers that push at every limit.", shouldDisplay: false)
  @Option var port: Int
  @Option var state: String
  /// It stops by itself, whatever becomes of who started it.
  @Option var seconds = 300
  @Option(parsing: .upToNextOption) var sorts = HostilePeers.all

  static let all = ["flood", "stall", "guess", "fill", "read", "lie"]

  func run() async throws {
    signal(SIGPIPE, SIG_IGN)
    let trust = try BenchTrust(state: state)
    let address = CoordinatorAddress(host: "127.0.0.1", port: port)
    let hog = try trust.security("hog", .submit)
    let glutton = try trust.security("glutton", .submit)
    let liar = try trust.security("liar", .worker)
    try await withThrowingTaskGroup(of: Void.self) { group in
      func add(_ sort: String, every pause: Duration, _ body: @Sendable @escaping () async throws -> Void) {
        if sorts.contains(sort) { group.addTask { await repeating(every: pause, body) } }
      }
      let request = Data(try SigningKey().request())
      add("flood", every: .milliseconds(5)) { floodConnections() }
      add("stall", every: .milliseconds(50)) { stall() }
      add("guess", every: .milliseconds(100)) { try await guessToken(address, trust, request) }
      add("fill", every: .milliseconds(20)) { try await fillQueue(address, hog) }
      for _ in 0..<8 { add("read", every: .seconds(1)) { try await readNothing(address, glutton) } }
      add("lie", every: .seconds(1)) { try await lie(address, liar) }
      let seconds = seconds
      group.addTask {
        try await Task.sleep(for: .seconds(seconds))
        throw CancellationError()
      }
      try await group.waitForAll()
    }
  }

  private func repeating(every pause: Duration, _ body: @Sendable () async throws -> Void) async {
    while !Task.isCancelled {
      try? await body()
      try? await Task.sleep(for: pause)
    }
  }

  /// Connects, says something that is no TLS, and goes: more often than one address may.
  private func floodConnections() {
    guard let descriptor = open(from: 2) else { return }
    let junk = Array("GET / HTTP/1.1\r\n\r\n".utf8)
    send(descriptor, junk, junk.count, Int32(MSG_NOSIGNAL))
    close(descriptor)
  }

  /// Connects, begins a handshake and never goes on. The coordinator is to hang up.
  private func stall() {
    guard let descriptor = open(from: 3) else { return }
    let hello: [UInt8] = [0x16, 3, 1, 2, 0, 1, 0]
    send(descriptor, hello, hello.count, Int32(MSG_NOSIGNAL))
    DispatchQueue.global().asyncAfter(deadline: .now() + 15) { close(descriptor) }
  }

  /// Connects from an address of its own, so that what one sort of peer uses up is not the others'.
  ///
  /// - Parameter last: 127.0.0.LAST.
  private func open(from last: UInt32) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    var own = sockaddr_in()
    own.sin_family = sa_family_t(AF_INET)
    own.sin_addr.s_addr = in_addr_t(0x7f00_0000 + last).bigEndian
    _ = withUnsafePointer(to: &own) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if withLoopback(port, { connect(descriptor, $0, $1) }) == 0 { return descriptor }
    close(descriptor)
    return nil
  }

  private func guessToken(_ address: CoordinatorAddress, _ trust: BenchTrust, _ request: Data) async throws {
    try await withGRPCClient(transport: try CoordinatorTransport.make(to: address, security: trust.stranger)) {
      client in
      let calls = Muster_V1_Trust.Client(wrapping: client)
      for _ in 0..<20 {
        _ = try? await calls.join(
          .with {
            $0.tokenID = "aaaaaaaaaa"
            $0.tokenSecret = Data((0..<16).map { _ in UInt8.random(in: 0...255) })
            $0.name = "x"
            $0.request = request
          })
      }
    }
  }

  /// Hands in more than its namespace may have, of a kind that nobody serves.
  private func fillQueue(_ address: CoordinatorAddress, _ security: ConnectionSecurity) async throws {
    try await withGRPCClient(transport: try CoordinatorTransport.make(to: address, security: security)) { client in
      let calls = Muster_V1_Muster.Client(wrapping: client)
      while !Task.isCancelled {
        _ = try await calls.submitTasks(.with { $0.tasks = noopTasks(1000, kind: "nobodys") })
        try await Task.sleep(for: .milliseconds(50))
      }
    }
  }

  /// Asks for a large input again and again, and reads none of it.
  private func readNothing(_ address: CoordinatorAddress, _ security: ConnectionSecurity) async throws {
    try await withGRPCClient(transport: try CoordinatorTransport.make(to: address, security: security)) { client in
      let calls = Muster_V1_Muster.Client(wrapping: client)
      _ = try await calls.submitTasks(
        .with {
          $0.tasks = [
            .with {
              $0.id = "large"
              $0.kind = "nobodys"
              $0.input = Data(repeating: 0x61, count: 12 << 20)
            }
          ]
        })
      try await calls.readInput(.with { $0.id = "large" }) { _ in try await Task.sleep(for: .seconds(30)) }
    }
  }

  /// A worker that speaks of attempts which are none of its own, at length.
  private func lie(_ address: CoordinatorAddress, _ security: ConnectionSecurity) async throws {
    try await withGRPCClient(transport: try CoordinatorTransport.make(to: address, security: security)) { client in
      try await Muster_V1_Muster.Client(wrapping: client).work { writer in
        try await writer.write(
          .with {
            $0.hello.protocol = ProtocolVersions.own.message
            $0.hello.name = "liar"
            $0.hello.kinds = ["lies"]
            $0.hello.slots = 1
            $0.hello.session = 1
            $0.hello.generation = UInt64(Date().timeIntervalSince1970 * 1000)
          })
        var number: UInt64 = 1 << 20
        while !Task.isCancelled {
          number += 1
          let own = number
          try await writer.write(
            .with {
              $0.batch.logs = (0..<16).map { part in
                .with {
                  $0.epoch = 7
                  $0.number = own << 4 | UInt64(part)
                  $0.text = Data(repeating: 0x61, count: 4096)
                }
              }
              $0.batch.ends = [
                .with {
                  $0.epoch = 7
                  $0.number = own
                  $0.outcome = .done
                }
              ]
            })
          try await Task.sleep(for: .milliseconds(10))
        }
      } onResponse: { response in
        for try await _ in response.messages {}
      }
    }
  }
}
