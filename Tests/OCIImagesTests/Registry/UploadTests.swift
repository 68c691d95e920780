import NIOHTTP1
import Testing

@testable import OCIImages

@Suite(.timeLimit(.minutes(1))) struct UploadTests {
  private static func stored(_ bench: RegistryBench, _ bytes: [UInt8]) -> Bool {
    bench.registry.state.withLock { $0.blobs[.of(bytes)] == bytes }
  }

  @Test("A blob that fits into a chunk goes in one request", arguments: [0, 1, 100_000])
  func small(_ count: Int) async throws {
    try await RegistryBench.with { bench async throws -> Void in
      let bytes = RegistryBench.bytes(count)
      #expect(try await bench.put(bytes) == Int64(count))
      #expect(Self.stored(bench, bytes))
      #expect(bench.registry.count(.PATCH, "uploads") == 0 && bench.registry.count(.PUT, "uploads") == 1)
    }
  }

  @Test("A large one goes in chunks, relative or absolute", arguments: [false, true])
  func chunks(_ absolute: Bool) async throws {
    try await RegistryBench.with(chunk: 65_536) {
      $0.absoluteLocations = absolute
    } _: { bench async throws -> Void in
      let bytes = RegistryBench.bytes(200_000)
      #expect(try await bench.put(bytes) == 200_000)
      #expect(Self.stored(bench, bytes) && bench.registry.count(.PATCH, "uploads") == 4)
    }
  }

  @Test("The registry's least chunk is kept to")
  func minimum() async throws {
    try await RegistryBench.with(chunk: 65_536) {
      $0.minimumChunk = 150_000
    } _: { bench async throws -> Void in
      let bytes = RegistryBench.bytes(400_000)
      try await bench.put(bytes)
      #expect(Self.stored(bench, bytes) && bench.registry.count(.PATCH, "uploads") == 3)
    }
  }

  @Test("An upload that breaks goes on from where the registry is", arguments: [0, 1, 30_000, 65_535])
  func resumed(_ cut: Int) async throws {
    try await RegistryBench.with(chunk: 65_536) {
      $0.faults = [.init(method: .PATCH, path: "uploads", after: 1, effect: .cutRequest(cut))]
    } _: { bench async throws -> Void in
      let bytes = RegistryBench.bytes(300_000)
      #expect(try await bench.put(bytes) == 300_000)
      #expect(Self.stored(bench, bytes))
      #expect(bench.registry.count(.POST, "uploads") == 1 && bench.registry.count(.GET, "uploads") == 1)
    }
  }

  @Test("An answer that is lost is found out about, and nothing is sent twice", arguments: [HTTPMethod.PATCH, .PUT])
  func swallowed(_ method: HTTPMethod) async throws {
    try await RegistryBench.with(chunk: 65_536) {
      $0.faults = [.init(method: method, path: "uploads", effect: .swallow)]
    } _: { bench async throws -> Void in
      let bytes = RegistryBench.bytes(150_000)
      #expect(try await bench.put(bytes) == 150_000)
      #expect(Self.stored(bench, bytes))
      let sent = bench.registry.state.withLock { $0.requests.reduce(0) { $0 + $1.body.count } }
      #expect(sent == 150_000)
    }
  }

  /// Sends 300,000 bytes in chunks, past a fault: all of them arrive, and `method` is used on uploads just so often.
  private func arrives(past fault: StandInRegistry.Fault, with count: Int, _ method: HTTPMethod) async throws {
    try await RegistryBench.with(chunk: 65_536) {
      $0.faults = [fault]
    } _: { bench async throws -> Void in
      let bytes = RegistryBench.bytes(300_000)
      #expect(try await bench.put(bytes) == 300_000)
      #expect(Self.stored(bench, bytes) && bench.registry.count(method, "uploads") == count)
    }
  }

  @Test("An upload that the registry forgets is begun again, and the progress says so")
  func forgotten() async throws {
    let lost = StandInAnswers.error(.notFound, "BLOB_UPLOAD_INVALID")
    try await arrives(past: .init(method: .PATCH, path: "uploads", after: 2, effect: .reply(lost)), with: 2, .POST)
  }

  @Test("A single byte that got through, which registries cannot tell from none, does not end it")
  func singleByte() async throws {
    try await arrives(past: .init(method: .PATCH, path: "uploads", effect: .cutRequest(1)), with: 2, .POST)
  }

  @Test("A registry that wants other bytes is asked which")
  func outOfOrder() async throws {
    let refused = StandInAnswers.error(.rangeNotSatisfiable, "RANGE_INVALID")
    try await arrives(past: .init(method: .PATCH, path: "uploads", after: 1, effect: .reply(refused)), with: 1, .GET)
  }

  @Test("What is too large in one request goes in smaller ones")
  func tooLarge() async throws {
    try await RegistryBench.with {
      $0.largestBody = 100_000
    } _: { bench async throws -> Void in
      let bytes = RegistryBench.bytes(400_000)
      #expect(try await bench.put(bytes) == 400_000)
      #expect(Self.stored(bench, bytes))
    }
  }

  @Test("There is an end to it when nothing is taken, or everything forgotten, or every connection breaks")
  func ends() async throws {
    let bytes = RegistryBench.bytes(200_000)
    let faults: [(StandInRegistry.Fault.Effect, OCIError.Code)] = [
      (.reply(.init(status: .payloadTooLarge)), .refused),
      (.reply(StandInAnswers.error(.notFound, "BLOB_UPLOAD_UNKNOWN")), .notFound),
      (.cutRequest(0), .unreachable), (.reply(.init(status: .serviceUnavailable)), .refused),
      (.reply(StandInAnswers.error(.badRequest, "DIGEST_INVALID")), .badDigest),
      (.reply(.init(status: .forbidden)), .refused),
    ]
    for (effect, code) in faults {
      try await RegistryBench.with(chunk: 65_536) {
        $0.faults = [.init(method: .PATCH, path: "uploads", times: 1000, effect: effect)]
      } _: { bench async throws -> Void in
        let error = await #expect(throws: OCIError.self) { try await bench.put(bytes) }
        #expect(error?.code == code, "\(effect)")
        #expect(bench.registry.asked.count < 60)
      }
    }
  }

  @Test("Too many requests, and a server that cannot now, are waited for")
  func passing() async throws {
    let busy = StandInServer.Reply(status: .tooManyRequests, headers: ["Retry-After": "0"])
    try await RegistryBench.with(chunk: 65_536) {
      $0.faults = [
        .init(method: .POST, path: "uploads", times: 2, effect: .reply(busy)),
        .init(method: .PATCH, path: "uploads", times: 1, after: 1, effect: .reply(.init(status: .badGateway))),
        .init(method: .PUT, path: "uploads", effect: .reply(busy)),
      ]
    } _: { bench async throws -> Void in
      let bytes = RegistryBench.bytes(200_000)
      #expect(try await bench.put(bytes) == 200_000)
      #expect(Self.stored(bench, bytes))
    }
  }

  @Test("A source that is too short is said, and is no trouble of the registry's")
  func shortSource() async throws {
    try await RegistryBench.with { bench async throws -> Void in
      let bytes = RegistryBench.bytes(50_000)
      let error = await #expect(throws: OCIError.self) {
        try await bench.repository.putBlob(RegistryBench.descriptor(bytes), origin: nil, progress: { _ in }) { _ in
          RegistryBench.stream(Array(bytes.dropLast()))
        }
      }
      #expect(error?.code == .badImage && bench.registry.count(.PUT, "uploads") <= 1)
    }
  }

  @Test("A registry that stores other bytes than were sent is found out")
  func lying() async throws {
    let other = StandInServer.Reply(status: .created, headers: ["Docker-Content-Digest": "\(Digest.of([9]))"])
    try await RegistryBench.with {
      $0.faults = [.init(method: .PUT, path: "uploads", effect: .reply(other))]
    } _: { bench async throws -> Void in
      let error = await #expect(throws: OCIError.self) { try await bench.put(RegistryBench.bytes(1000)) }
      #expect(error?.code == .badDigest)
    }
  }

  @Test("A blob of another repository of the registry is mounted, and not sent")
  func mounted() async throws {
    let bytes = RegistryBench.bytes(100_000)
    try await RegistryBench.with {
      $0.blobs[.of(bytes)] = bytes
      $0.owners["team/base"] = [.of(bytes)]
    } _: { bench async throws -> Void in
      let origin = BlobOrigin(registry: bench.server.address, repository: "team/base")
      #expect(try await bench.put(bytes, origin: origin) == 100_000)
      #expect(bench.registry.state.withLock { $0.owners["team/app"]?.contains(.of(bytes)) } == true)
      #expect(bench.registry.count(.PUT, "") == 0 && bench.registry.asked.count == 1)
      let strange = RegistryBench.bytes(1000)
      #expect(try await bench.put(strange, origin: origin) == 1000)
      #expect(
        try await bench.put(RegistryBench.bytes(999), origin: BlobOrigin(registry: "other.example", repository: "x"))
          == 999)
      #expect(Self.stored(bench, strange))
    }
  }

  @Test("Credentials go to no other place than the registry, not even for an upload that it wants there")
  func elsewhere() async throws {
    let other = StandInRegistry()
    try await other.with({ $0.uploads["u"] = [] }) { elsewhere in
      try await RegistryBench.with(
        credentials: AnyUser()
      ) {
        $0.access = .basic(user: "u", password: "p")
        let location = "http://\(elsewhere.address)/v2/team/app/blobs/uploads/u"
        $0.faults = [
          .init(
            method: .POST, path: "uploads", after: 1,
            effect: .reply(.init(status: .accepted, headers: ["Location": location])))
        ]
      } _: { bench async throws -> Void in
        #expect(try await bench.put(RegistryBench.bytes(1000)) == 1000)
        let seen = other.state.withLock { $0.requests.map(\.headers) }
        #expect(seen.count == 1 && seen.allSatisfy { !$0.contains(name: "Authorization") })
      }
    }
  }
}
