import MusterCore
import NIOCore
import Testing

@testable import Kubernetes

@Suite("How requests are sent", .timeLimit(.minutes(1)))
struct SendTests {
  let broken = KubernetesError(.unreachable, "the connection broke")
  let refused = KubernetesError(.unreachable, "nobody answers", details: KubernetesError.notSent)

  @Test("a question is asked again after errors that pass, until it is answered")
  func retries() async throws {
    let time = JumpingTime()
    let transport = ScriptedTransport { [broken, refused] _, number in
      switch number {
      case 0: throw refused
      case 1: throw broken
      case 2: return .refusal(500, "InternalError")
      case 3: return .refusal(429, "TooManyRequests", headers: [("retry-after", "2")])
      default: return .json(Thing.json("a", version: 1))
      }
    }
    let things = KubernetesClient.scripted(transport, time: time, retries: RetryPolicy()).resources(
      Thing.self, in: "lab")
    let thing = try await things.get("a")
    #expect(thing.metadata.name == "a")
    #expect(time.moment() >= Moment(nanoseconds: 2_000_000_000))
  }

  @Test("a creation whose fate is unknown is not repeated; one that was not taken is")
  func creations() async throws {
    let unknown = ScriptedTransport { [broken] _, _ in throw broken }
    let things = KubernetesClient.scripted(unknown, retries: RetryPolicy()).resources(Thing.self, in: "lab")
    let error = await #expect(throws: KubernetesError.self) { try await things.create(Thing("a")) }
    #expect(unknown.count == 1)
    #expect(error?.details["doing"] == "create thing 'a' in namespace 'lab'")

    let time = JumpingTime()
    let busy = ScriptedTransport { [refused] _, number in
      if number == 0 { throw refused }
      if number == 1 { return .refusal(429, "TooManyRequests", headers: [("Retry-After", "1")]) }
      return .json(Thing.json("a", version: 1))
    }
    let others = KubernetesClient.scripted(busy, time: time, retries: RetryPolicy()).resources(Thing.self, in: "lab")
    #expect(try await others.create(Thing("a")).metadata.name == "a")
  }

  @Test("applying is repeated after a broken connection, for twice is the same as once")
  func apply() async throws {
    let time = JumpingTime()
    let transport = ScriptedTransport { [broken] _, number in
      if number == 0 { throw broken }
      return .json(Thing.json("a", version: 1))
    }
    let things = KubernetesClient.scripted(transport, time: time, retries: RetryPolicy()).resources(
      Thing.self, in: "lab")
    try await things.apply(Thing("a"), manager: "me")
    #expect(transport.count == 2)
  }

  @Test("a body that stands still ends in a deadline, one that is too large in an error")
  func bodies() async throws {
    let time = JumpingTime(over: .seconds(60))
    let still = ScriptedTransport([.watch([#"{"metadata":"#], staysOpen: true)])
    let stuck = Task {
      try await KubernetesClient.scripted(still, time: time).resources(Thing.self, in: "lab").get("a")
    }
    await #expect(throws: KubernetesError.self) { try await stuck.value }

    let large = ScriptedTransport([.json(Thing.json("a", version: 1))])
    let client = KubernetesClient(
      transport: large, behaviour: ClientBehaviour(largestAnswer: 10, retries: .never), time: JumpingTime())
    let error = await #expect(throws: KubernetesError.self) {
      try await client.resources(Thing.self, in: "lab").get("a")
    }
    #expect(error?.code == .badAnswer)
  }

  @Test("a client that is cancelled while it waits for its turn stops at once")
  func cancellation() async throws {
    let time = JumpingTime()
    let transport = ScriptedTransport([.json(Thing.json("a", version: 1))])
    let client = KubernetesClient(
      transport: transport, behaviour: ClientBehaviour(requestsPerSecond: 0.01, burst: 1), time: time)
    let things = client.resources(Thing.self, in: "lab")
    _ = try await things.get("a")
    let waiting = Task { try await things.get("a") }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    #expect(transport.count == 1)
  }
}
