import Foundation
import PostgresFixture
import Synchronization

/// Stands between a store and its database, and cuts connections at their commits.
///
/// It reads what clients send just far enough to see a COMMIT, and passes everything else on. Each connection has two
/// threads, one for each direction, because a store's own connections have threads, too.
final class CommitProxy: Sendable {
  /// When a connection is cut.
  enum Cut: Sendable {
    /// The COMMIT does not reach the server.
    case before
    /// It was carried out, and its answer is not passed on.
    case after
    /// It was passed on, and nobody waits for its answer.
    case under
    /// It is neither passed on nor is the connection cut, until the server ends.
    case held
  }

  private struct State {
    /// What is done to the next COMMITs; nil: nothing.
    var plan: @Sendable (_ name: String) -> Cut? = { _ in nil }
    var cuts = 0
    var refuses = false
    var isOpen = true
    var links: [ObjectIdentifier: ProxyLink] = [:]
  }

  let port: UInt16
  private let server: UInt16
  private let listening: Int32
  private let state = Mutex(State())

  /// - Parameter server: the port of the database's server on 127.0.0.1.
  init(to server: UInt16) throws {
    self.server = server
    (listening, port) = try LocalSocket.listen()
    Thread.detachNewThread { [self] in accept() }
  }

  /// A URI of a database behind the server, by way of this.
  func url(database: String) -> String {
    // Without the questions for encryption, a connection begins with its name.
    "postgresql://postgres@127.0.0.1:\(port)/\(database)?sslmode=disable&gssencmode=disable"
  }

  /// How many connections were cut, or held, at a COMMIT.
  var cuts: Int { state.withLock { $0.cuts } }

  /// Cuts the next COMMIT, and no other.
  func cut(_ cut: Cut) {
    let isDone = Shared(false)
    plan { _ in
      defer { isDone.change { $0 = true } }
      return isDone.value ? nil : cut
    }
  }

  /// Decides for each COMMIT, by the name of its connection, whether and how it is cut. Asked for one at a time.
  func plan(_ plan: @escaping @Sendable (_ name: String) -> Cut?) { state.withLock { $0.plan = plan } }

  /// Whether new connections are ended at once.
  func refuse(_ refuses: Bool) { state.withLock { $0.refuses = refuses } }

  func close() {
    let links = state.withLock { state in
      state.isOpen = false
      defer { state.links = [:] }
      return Array(state.links.values)
    }
    LocalSocket.shut(listening)
    for link in links { link.end() }
  }

  // MARK: For its links

  func decide(_ name: String) -> Cut? { state.withLock { $0.plan(name) } }

  func noteCut() { state.withLock { $0.cuts += 1 } }

  func forget(_ link: ProxyLink) { state.withLock { $0.links[ObjectIdentifier(link)] = nil } }

  private func accept() {
    defer { LocalSocket.close(listening) }
    while let client = LocalSocket.accept(listening) {
      let (isOpen, refuses) = state.withLock { ($0.isOpen, $0.refuses) }
      guard isOpen, !refuses, let upstream = LocalSocket.connect(server) else {
        LocalSocket.close(client)
        continue
      }
      let link = ProxyLink(client: client, server: upstream, proxy: self)
      let begins = state.withLock { state in
        if state.isOpen { state.links[ObjectIdentifier(link)] = link }
        return state.isOpen
      }
      link.begin()
      if !begins { link.end() }
    }
  }
}

/// A proxy in front of the server's port for the time of `body`.
func withProxy<R>(_ server: PostgresServer, _ body: (CommitProxy) async throws -> R) async throws -> R {
  let proxy = try CommitProxy(to: server.port)
  defer { proxy.close() }
  return try await body(proxy)
}
