import Foundation
import MusterCore
import NIOCore
import NIOHTTP1
import Synchronization

@testable import OCIImages

/// A registry that stands in for a real one, in memory, with the faults that a test asks for.
final class StandInRegistry: Sendable {
  /// Which requests a fault meets.
  struct Fault: Sendable {
    var method: HTTPMethod
    /// What the path has in it.
    var path: String
    /// How many of these requests it meets.
    var times = 1
    /// How many it lets pass before.
    var after = 0
    var effect: Effect

    enum Effect: Sendable {
      case reply(StandInServer.Reply)
      /// The connection breaks after so many bytes of the request's body.
      case cutRequest(Int)
      /// The connection breaks after so many bytes of the answer's body.
      case cutReply(Int)
      /// Done, but never answered: the connection breaks.
      case swallow
    }
  }

  enum Guard: Sendable {
    case open
    case basic(user: String, password: String)
    /// Tokens of a token service that is this server too. They are good for so many requests.
    case tokens(user: String?, password: String?, uses: Int, realm: String?)
  }

  struct State: Sendable {
    var blobs: [Digest: [UInt8]] = [:]
    /// By repository: what may be mounted from it.
    var owners: [String: Set<Digest>] = [:]
    var manifests: [String: (content: [UInt8], type: String)] = [:]
    var tags: [String: String] = [:]
    var uploads: [String: [UInt8]] = [:]
    var faults: [Fault] = []
    var requests: [StandInServer.Request] = []
    var tokens: [String: Int] = [:]
    var access: Guard = .open
    var minimumChunk: Int?
    var largestBody: Int?
    /// Whether a blob is taken only if it is that of its digest.
    var checksBlobs = true
    var listsReferrers = true
    var pageSize = 1000
    var redirectsBlobsTo: String?
    var absoluteLocations = false
    var next = 0
  }

  let state = Mutex(State())

  func with(
    _ prepare: (inout State) -> Void = { _ in }, _ work: (_ server: StandInServer) async throws -> Void
  ) async throws {
    state.withLock { prepare(&$0) }
    try await StandInServer.with(
      answer: { self.answer($0) }, cut: { head in self.cut(head) }, work)
  }

  /// What was asked so far: `GET /v2/…`.
  var asked: [String] { state.withLock { $0.requests.map { "\($0.method) \($0.path)" } } }

  func count(_ method: HTTPMethod, _ part: String) -> Int {
    state.withLock { $0.requests.count { $0.method == method && $0.path.contains(part) } }
  }

  private func cut(_ head: HTTPRequestHead) -> Int? {
    state.withLock { state in
      guard
        let index = state.faults.firstIndex(where: {
          guard case .cutRequest = $0.effect else { return false }
          return $0.method == head.method && head.uri.contains($0.path)
        }), case .cutRequest(let count) = state.faults[index].effect
      else { return nil }
      return Self.isDue(&state, index) ? count : nil
    }
  }

  private static func isDue(_ state: inout State, _ index: Int) -> Bool {
    if state.faults[index].after > 0 {
      state.faults[index].after -= 1
      return false
    }
    state.faults[index].times -= 1
    if state.faults[index].times == 0 { state.faults.remove(at: index) }
    return true
  }

  private func answer(_ request: StandInServer.Request) -> StandInServer.Reply {
    state.withLock { state in
      state.requests.append(request)
      var effect: Fault.Effect?
      if let index = state.faults.firstIndex(where: {
        if case .cutRequest = $0.effect { return false }
        return $0.method == request.method && request.path.contains($0.path)
      }) {
        let found = state.faults[index].effect
        if Self.isDue(&state, index) { effect = found }
      }
      if case .reply(let reply)? = effect { return reply }
      var reply = StandInAnswers.reply(to: request, &state)
      if case .cutReply(let count)? = effect { reply.cutAfter = count }
      if case .swallow? = effect { reply.isSwallowed = true }
      return reply
    }
  }
}
