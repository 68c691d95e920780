import Synchronization
import Testing

@testable import RemoteHosts

@Suite("At most so many at once")
struct TurnstileTests {
  @Test("no more are let through than there are places, and all come through")
  func places() async {
    let limits = RemoteLimits(machines: 3)
    let counts = Mutex((now: 0, most: 0))
    let results = await limits.sideBySide(Array(0..<50)) { number in
      counts.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      for _ in 0..<5 { await Task.yield() }
      counts.withLock { $0.now -= 1 }
      return number
    }
    let numbers = results.map { try? $0.get() }
    #expect(numbers == Array(0..<50))
    #expect(counts.withLock { $0.most } <= 3)
  }

  @Test("one that is cancelled while it waits goes away, and costs no place")
  func cancelled() async throws {
    let turnstile = Turnstile(places: 1)
    let (gate, open) = AsyncStream<Void>.makeStream()
    let first = Task { try await turnstile.pass { for await _ in gate { return } } }
    let waiting = Task { try await turnstile.pass {} }
    waiting.cancel()
    // Either it waited and was called away, or it came before the first.
    _ = try? await waiting.value
    open.yield()
    try await first.value
    try await turnstile.pass {}
  }

  @Test("an error leaves the place free, and is told for the one that had it")
  func failing() async {
    struct Fault: Error {}
    let results = await RemoteLimits(machines: 1).sideBySide([1, 2, 3]) { number in
      if number == 2 { throw Fault() }
      return number
    }
    let numbers = results.map { (try? $0.get()) ?? 0 }
    #expect(numbers == [1, 0, 3])
  }
}
