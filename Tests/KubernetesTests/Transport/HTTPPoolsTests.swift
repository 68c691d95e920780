import Testing

@testable import Kubernetes

@Suite("Which connections a request takes")
struct HTTPPoolsTests {
  func pools() throws -> HTTPPools {
    let configuration = ClientConfiguration(server: ServerAddress(isEncrypted: false, host: "127.0.0.1", port: 1))
    return HTTPPools(try HTTPPool.settings(configuration, certificate: nil))
  }

  @Test("watches never take the connection of other requests, and share each with so many others only")
  func shards() throws {
    var pools = try pools()
    let short = pools.use(isLong: false)
    var watches = (0..<HTTPPools.mostInOne * 2 + 1).map { _ in pools.use(isLong: true) }
    let counts = Dictionary(grouping: watches) { ObjectIdentifier($0.pool) }.mapValues(\.count)
    #expect(counts.values.sorted() == [1, HTTPPools.mostInOne, HTTPPools.mostInOne])
    #expect(counts[ObjectIdentifier(short.pool)] == nil)
    #expect(pools.use(isLong: false).pool === short.pool)
    // Places that become free are taken again.
    watches.removeFirst()
    let freed = watches[0].pool
    watches = watches.filter { $0.pool === freed }
    watches.append(pools.use(isLong: true))
    #expect(watches.allSatisfy { $0.pool === freed } && freed.useCount == HTTPPools.mostInOne)
  }

  @Test("a pool that is dropped keeps what is on it and gets no more")
  func drop() throws {
    var pools = try pools()
    for isLong in [false, true] {
      let old = pools.use(isLong: isLong)
      pools.drop(old.pool)
      let new = pools.use(isLong: isLong)
      #expect(old.pool !== new.pool && old.pool.useCount == 1)
    }
  }

  @Test("what lasts long is known by what is asked")
  func long() {
    #expect(APIRequest(.get, "/x", query: [("watch", "true")]).isLong)
    #expect(APIRequest(.get, "/x", query: [("container", "c"), ("follow", "true")]).isLong)
    #expect(!APIRequest(.get, "/x", query: [("watch", "false"), ("labelSelector", "true")]).isLong)
  }
}
