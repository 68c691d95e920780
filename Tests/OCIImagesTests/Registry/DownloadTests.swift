import NIOHTTP1
import Testing

@testable import OCIImages

@Suite(.timeLimit(.minutes(1))) struct DownloadTests {
  private static let bytes = RegistryBench.bytes(300_000)
  private static let descriptor = RegistryBench.descriptor(bytes)

  private static func bench(
    _ faults: [StandInRegistry.Fault] = [], _ work: @escaping (RegistryBench) async throws -> Void
  ) async throws {
    try await RegistryBench.with {
      $0.blobs[.of(bytes)] = bytes
      $0.faults = faults
    } _: {
      try await work($0)
    }
  }

  @Test("A blob is read whole and from an offset on", arguments: [0, 1, 299_999, 300_000])
  func whole(_ offset: Int) async throws {
    try await Self.bench { bench async throws -> Void in
      #expect(try await bench.read(Self.descriptor, from: Int64(offset)) == Array(Self.bytes[offset...]))
    }
  }

  @Test("A transfer that breaks goes on where it broke, again and again")
  func resumed() async throws {
    try await Self.bench([.init(method: .GET, path: "blobs", times: 6, effect: .cutReply(45_000))]) {
      bench async throws -> Void in
      #expect(try await bench.read(Self.descriptor) == Self.bytes)
      let ranges = bench.registry.state.withLock { $0.requests.compactMap { $0.headers.first(name: "Range") } }
      #expect(ranges.count == 6 && Set(ranges).count == 6)
      #expect(bench.registry.state.withLock { $0.requests.first?.headers.contains(name: "Range") } == false)
    }
  }

  @Test("A registry that knows no ranges is read from the start, and what is known is thrown away")
  func withoutRanges() async throws {
    let whole = StandInServer.Reply(body: Self.bytes)
    try await Self.bench([
      .init(method: .GET, path: "blobs", effect: .cutReply(100_000)),
      .init(method: .GET, path: "blobs", effect: .reply(whole)),
    ]) { bench async throws -> Void in #expect(try await bench.read(Self.descriptor) == Self.bytes) }
  }

  @Test("There is an end to trying when nothing more comes")
  func ends() async throws {
    try await Self.bench([.init(method: .GET, path: "blobs", times: 1000, effect: .cutReply(0))]) {
      bench async throws -> Void in
      let error = await #expect(throws: OCIError.self) { try await bench.read(Self.descriptor) }
      #expect(error?.code == .unreachable && bench.registry.asked.count <= 6)
    }
  }

  @Test("More or fewer bytes than there should be, and another range, are refused")
  func sizes() async throws {
    try await Self.bench { bench async throws -> Void in
      var wrong = Self.descriptor
      wrong.size = 299_999
      let error = await #expect(throws: OCIError.self) { try await bench.read(wrong) }
      #expect(error?.code == .badAnswer)
    }
    let other = StandInServer.Reply(
      status: .partialContent, headers: ["Content-Range": "bytes 5-299999/300000"], body: [1])
    try await Self.bench([.init(method: .GET, path: "blobs", effect: .reply(other))]) { bench async throws -> Void in
      let error = await #expect(throws: OCIError.self) { try await bench.read(Self.descriptor, from: 10) }
      #expect(error?.code == .badAnswer)
    }
  }

  @Test("A blob that is not there is said at once")
  func missing() async throws {
    try await Self.bench { bench async throws -> Void in
      let none = RegistryBench.descriptor([1, 2, 3])
      let error = await #expect(throws: OCIError.self) { try await bench.repository.blob(none, from: 0) }
      #expect(error?.code == .notFound && error?.message.contains("BLOB_UNKNOWN") == true)
      #expect(try await bench.repository.hasBlob(none) == false)
      #expect(try await bench.repository.hasBlob(Self.descriptor))
      var wrong = Self.descriptor
      wrong.size = 7
      #expect(try await bench.repository.hasBlob(wrong) == false)
    }
  }

  @Test("A redirect to another host is followed without the credentials")
  func redirected() async throws {
    let store = StandInRegistry()
    try await store.with({ $0.blobs[.of(Self.bytes)] = Self.bytes }) { elsewhere in
      try await RegistryBench.with(credentials: AnyUser()) {
        $0.access = .basic(user: "u", password: "p")
        $0.blobs[.of(Self.bytes)] = Self.bytes
        $0.redirectsBlobsTo = "http://\(elsewhere.address)"
      } _: { bench async throws -> Void in
        #expect(try await bench.read(Self.descriptor, from: 100_000) == Array(Self.bytes[100_000...]))
        let seen = store.state.withLock { $0.requests }
        #expect(seen.count == 1 && seen.allSatisfy { !$0.headers.contains(name: "Authorization") })
        #expect(seen.first?.headers.first(name: "Range") == "bytes=100000-" && seen.first?.query["signature"] == "abc")
      }
    }
  }

  @Test("Redirects from https to plain http, to nowhere, and round in circles are refused")
  func redirects() throws {
    let secure = try #require(WebAddress("https://a.example/v2/x"))
    var redirects = Redirects()
    #expect(throws: OCIError.self) { try redirects.next("http://a.example/v2/x", from: secure) }
    #expect(throws: OCIError.self) { try redirects.next(nil, from: secure) }
    #expect(throws: OCIError.self) { try redirects.next("ftp://a.example/", from: secure) }
    #expect(throws: OCIError.self) { try redirects.next("https://u:p@a.example/", from: secure) }
    var circle = Redirects()
    for _ in 0..<Redirects.limit { #expect(throws: Never.self) { try circle.next("/v2/x", from: secure) } }
    #expect(throws: OCIError.self) { try circle.next("/v2/x", from: secure) }
  }
}
