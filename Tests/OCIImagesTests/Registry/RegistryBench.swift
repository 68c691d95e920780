import MusterCore
import NIOCore
import SeededDice
import Synchronization

@testable import OCIImages

/// A client, a registry that stands in for a real one, and bytes to send between them.
struct RegistryBench {
  let registry: StandInRegistry
  let server: StandInServer
  let client: RegistryClient
  let repository: RegistryRepository

  /// - Parameter prepare: how the registry is to be.
  static func with(
    chunk: Int64 = 64 << 20, credentials: any RegistryCredentialSource = AnonymousAccess(),
    _ prepare: (inout StandInRegistry.State) -> Void = { _ in }, _ work: (RegistryBench) async throws -> Void
  ) async throws {
    let registry = StandInRegistry()
    try await registry.with(prepare) { server in
      var configuration = RegistryConfiguration(
        hosts: [server.address: RegistryHost(isPlainHTTP: true)], credentials: credentials, chunkBytes: chunk)
      configuration.retries = RetryPlan(attempts: 4, firstPause: .milliseconds(1), longestPause: .milliseconds(5))
      try await RegistryClient.with(configuration) { client in
        let reference = try ImageReference(registry: server.address, repository: "team/app")
        try await work(
          RegistryBench(registry: registry, server: server, client: client, repository: client.repository(reference)))
      }
    }
  }

  static func bytes(_ count: Int) -> [UInt8] {
    var random = Dice(seed: UInt64(count))
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  static func descriptor(_ bytes: [UInt8], _ type: MediaType = .ociLayer) -> Descriptor {
    Descriptor(mediaType: type, digest: .of(bytes), size: Int64(bytes.count))
  }

  /// Sends bytes in pieces of a size that fits nothing; gives the sum of what was reported.
  @discardableResult
  func put(_ bytes: [UInt8], origin: BlobOrigin? = nil) async throws -> Int64 {
    let total = Total()
    try await repository.putBlob(Self.descriptor(bytes), origin: origin, progress: { total.add($0) }) { offset in
      Self.stream(Array(bytes[Int(offset)...]))
    }
    return total.value
  }

  static func stream(_ bytes: [UInt8], piece: Int = 10_007) -> BlobStream {
    let pieces = stride(from: 0, to: bytes.count, by: piece).map {
      ByteBuffer(bytes: bytes[$0..<min($0 + piece, bytes.count)])
    }
    return BlobStream(
      AsyncStream { continuation in
        for piece in pieces { continuation.yield(piece) }
        continuation.finish()
      })
  }

  func read(_ descriptor: Descriptor, from offset: Int64 = 0) async throws -> [UInt8] {
    var all: [UInt8] = []
    for try await piece in try await repository.blob(descriptor, from: offset) { all += Array(buffer: piece) }
    return all
  }

  private final class Total: Sendable {
    private let sum = Mutex<Int64>(0)
    var value: Int64 { sum.withLock { $0 } }
    func add(_ count: Int64) { sum.withLock { $0 += count } }
  }
}
