import MusterCore
import NIOCore
import SeededDice
import Synchronization

@testable import Kubernetes

/// A stand-in for an API server with one collection, which is changed all the time, and which fails in every way that a
/// watch has to survive: refused connections, errors, versions that are too old, streams cut off in the middle of a frame.
final class UnreliableServer: Sendable {
  struct State {
    var random: Dice
    var version = 1
    var objects: [String: (json: String, version: Int)] = [:]
    /// The lines of all watches, each with its version.
    var history: [(version: Int, line: String)] = []
    /// Older versions than this are forgotten.
    var oldest = 0
    var isReliable = false
    var requests = 0

    /// True one time in so many, while the server is unreliable.
    mutating func chance(_ one: Int) -> Bool { !isReliable && Int.random(in: 0..<one, using: &random) == 0 }
  }

  let state: Mutex<State>

  init(seed: Int) { state = Mutex(State(random: Dice(seed: UInt64(seed)))) }

  var requests: Int { state.withLock { $0.requests } }
  /// Name and version of each object.
  var truth: [String: Int] { state.withLock { $0.objects.mapValues(\.version) } }

  /// Changes some objects; and from now on everything works.
  func change(_ count: Int, thenReliable: Bool = false) {
    state.withLock { state in
      for _ in 0..<count { Self.change(&state) }
      state.isReliable = thenReliable
    }
  }

  private static func change(_ state: inout State) {
    state.version += 1
    let name = "n\(Int.random(in: 0..<12, using: &state.random))"
    let version = state.version
    if let old = state.objects[name] {
      if Int.random(in: 0..<3, using: &state.random) == 0 {
        state.objects[name] = nil
        let last = old.json.replacing(
          #""resourceVersion":"\#(old.version)""#, with: #""resourceVersion":"\#(version)""#)
        state.history.append((version, Thing.event("DELETED", last)))
      } else {
        let uid = old.json.split(separator: #""uid":""#)[1].split(separator: "\"")[0]
        let json = Thing.json(name, size: version, version: version, uid: String(uid))
        state.objects[name] = (json, version)
        state.history.append((version, Thing.event("MODIFIED", json)))
      }
    } else {
      let json = Thing.json(name, size: version, version: version, uid: "uid-\(version)")
      state.objects[name] = (json, version)
      state.history.append((version, Thing.event("ADDED", json)))
    }
  }

  func answer(_ request: APIRequest) throws -> APIResponse {
    try state.withLock { state in
      state.requests += 1
      if !state.isReliable { for _ in 0..<Int.random(in: 0..<4, using: &state.random) { Self.change(&state) } }
      if state.chance(6) { throw KubernetesError(.unreachable, "nobody answers", details: KubernetesError.notSent) }
      if state.chance(8) { return .refusal(500, "InternalError", "etcd is away") }
      if state.chance(10) { return .refusal(429, "TooManyRequests", headers: [("Retry-After", "1")]) }
      if state.chance(10) { state.oldest = state.version - 1 }
      let isWatch = request.query.contains { $0.name == "watch" }
      return try isWatch ? watch(request, &state) : list(request, &state)
    }
  }

  private func list(_ request: APIRequest, _ state: inout State) throws -> APIResponse {
    let limit = request.query.first { $0.name == "limit" }.flatMap { Int($0.value) } ?? .max
    let token = request.query.first { $0.name == "continue" }?.value.split(separator: "/").map(String.init)
    // The moment of a list is gone with the first change after it: the hardest case.
    if let token, token[0] != "\(state.version)" { return .refusal(410, "Expired") }
    let names = state.objects.keys.sorted().filter { $0 > (token?[1] ?? "") }
    let page = names.prefix(limit)
    let items = page.compactMap { state.objects[$0]?.json }
    let next = names.count > page.count ? page.last.map { "\(state.version)/\($0)" } : nil
    return .json(Thing.list(items, version: state.version, token: next))
  }

  private func watch(_ request: APIRequest, _ state: inout State) throws -> APIResponse {
    let from = request.query.first { $0.name == "resourceVersion" }.flatMap { Int($0.value) } ?? 0
    if from < state.oldest {
      if state.chance(2) { return .refusal(410, "Gone") }
      return .watch([Thing.event("ERROR", #"{"kind":"Status","status":"Failure","reason":"Expired","code":410}"#)])
    }
    var lines = state.history.filter { $0.version > from }.map(\.line)
    if state.isReliable { return .watch(lines, staysOpen: true) }
    lines = Array(lines.prefix(Int.random(in: 0...6, using: &state.random)))
    // A bookmark may only come when everything before it has.
    if state.chance(4), let last = state.history.last?.version, lines.count == max(last - from, 0) {
      lines.append(Thing.event("BOOKMARK", #"{"kind":"Thing","metadata":{"resourceVersion":"\#(max(last, from))"}}"#))
    }
    var text = lines.map { $0 + "\n" }.joined()
    if state.chance(3) { text = String(text.dropLast(Int.random(in: 1...40, using: &state.random))) }
    let isBroken = state.chance(2)
    return APIResponse(
      status: 200,
      body: APIBody(
        AsyncThrowingStream<ByteBuffer, any Error> { continuation in
          if !text.isEmpty { continuation.yield(ByteBuffer(string: text)) }
          continuation.finish(throwing: isBroken ? KubernetesError(.unreachable, "the connection broke") : nil)
        }))
  }
}
