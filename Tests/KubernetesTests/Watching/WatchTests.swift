import MusterCore
import NIOCore
import Testing

@testable import Kubernetes

@Suite("Watching", .timeLimit(.minutes(1)))
struct WatchTests {
  func things(_ transport: ScriptedTransport) -> ResourceClient<Thing> {
    KubernetesClient.scripted(transport, time: JumpingTime()).resources(Thing.self, in: "lab")
  }

  func names(_ stream: ResourceStream<WatchEvent<Thing>>, _ count: Int) async throws -> [String] {
    var names: [String] = []
    for try await event in stream {
      switch event {
      case .added(let thing): names.append("+\(thing.metadata.name ?? "")")
      case .modified(let thing): names.append("~\(thing.metadata.name ?? "")")
      case .deleted(let thing): names.append("-\(thing.metadata.name ?? "")")
      case .bookmark(let version): names.append("@\(version)")
      }
      if names.count == count { break }
    }
    return names
  }

  @Test("events come in order, over connections that end in the middle of a frame")
  func resumes() async throws {
    let half = Thing.event("ADDED", Thing.json("c", version: 13)).dropLast(9)
    let transport = ScriptedTransport { request, number in
      switch number {
      case 0: .watch([Thing.event("ADDED", Thing.json("a", version: 10)), Thing.event("NEWTYPE", "{}")])
      case 1:
        .json(
          Thing.event("MODIFIED", Thing.json("a", version: 11)) + "\n"
            + Thing.event("BOOKMARK", #"{"metadata":{"resourceVersion":"12"}}"#) + "\n" + half)
      default:
        .watch([
          Thing.event("ADDED", Thing.json("c", version: 13)), Thing.event("DELETED", Thing.json("a", version: 14)),
        ])
      }
    }
    #expect(try await names(things(transport).watch(from: "9"), 5) == ["+a", "~a", "@12", "+c", "-a"])
    let versions = transport.requests.map { $0.query.first { $0.name == "resourceVersion" }?.value }
    #expect(versions.prefix(3) == ["9", "10", "12"])
  }

  @Test("a version that is too old is the caller's to mend, whether it comes as an answer or as an event")
  func expired() async throws {
    let answers: [APIResponse] = [
      .refusal(410, "Expired", "too old resource version"),
      .watch([Thing.event("ERROR", #"{"kind":"Status","message":"too old","reason":"Expired","code":410}"#)]),
    ]
    for answer in answers {
      let transport = ScriptedTransport([answer])
      let error = await #expect(throws: KubernetesError.self) {
        _ = try await names(things(transport).watch(from: "9"), 1)
      }
      #expect(error?.isExpired == true)
      #expect(transport.count == 1)
    }
  }

  @Test("a server that is busy or ill for long is asked again from the same version", arguments: [429, 500, 503])
  func busy(code: Int) async throws {
    let transport = ScriptedTransport { _, number in
      number < 9
        ? .refusal(code, "TooManyRequests") : .watch([Thing.event("ADDED", Thing.json("a", version: 10))])
    }
    let settings = WatchSettings(longestPause: .seconds(10))
    #expect(try await names(things(transport).watch(from: "9", settings), 1) == ["+a"])
    #expect(transport.requests.prefix(10).allSatisfy { request in request.query.contains { $0.value == "9" } })
  }

  @Test("a frame that is no event, and one that is too long, end the watch with a sentence")
  func bad() async throws {
    for line in ["nonsense", Thing.event("ADDED", "3")] {
      let error = await #expect(throws: KubernetesError.self) {
        _ = try await names(things(ScriptedTransport([.watch([line])])).watch(from: "9"), 1)
      }
      #expect(error?.code == .badAnswer)
    }
  }

  @Test("a reader that goes ends the request")
  func leaving() async throws {
    let ended = Bell()
    let transport = ScriptedTransport { _, _ in
      let pieces = AsyncThrowingStream<ByteBuffer, any Error> { continuation in
        continuation.yield(ByteBuffer(string: Thing.event("ADDED", Thing.json("a", version: 10)) + "\n"))
        continuation.onTermination = { _ in ended.ring() }
      }
      return APIResponse(status: 200, body: APIBody(pieces))
    }
    #expect(try await names(things(transport).watch(from: "9"), 1) == ["+a"])
    await ended.wait()
  }

  @Test("a slow reader holds the stream back")
  func backpressure() async throws {
    let handoff = Handoff<Int>(capacity: 3)
    let giver = Task {
      for number in 0..<10 { try await handoff.give(number) }
      handoff.finish(.success(()))
    }
    var taken: [Int] = []
    while let number = try await handoff.take() { taken.append(number) }
    #expect(taken == Array(0..<10))
    try await giver.value
    await #expect(throws: CancellationError.self) { try await handoff.give(11) }
  }
}
