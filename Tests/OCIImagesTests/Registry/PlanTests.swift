import MusterCore
import SeededDice
import Testing

@testable import OCIImages

@Suite struct PlanTests {
  @Test("Pauses grow, are spread, and end")
  func pauses() {
    var plan = RetryPlan(attempts: 4, firstPause: .milliseconds(100), longestPause: .milliseconds(300))
    #expect(plan.pause(after: .connection, random: 0) == .milliseconds(50))
    #expect(plan.pause(after: .connection, random: 1) == .milliseconds(200))
    #expect(plan.pause(after: .connection, random: 1) == .milliseconds(300))
    #expect(plan.pause(after: .connection, random: 1) == nil)
    plan.madeProgress()
    #expect(plan.pause(after: .connection, random: 1) == .milliseconds(100))
  }

  @Test("A server is waited for as it asks, unless it asks for too long; other statuses are not tried again")
  func statuses() {
    var plan = RetryPlan()
    #expect(plan.pause(after: .status(429, retryAfter: .seconds(7)), random: 0.5) == .seconds(7))
    #expect(plan.pause(after: .status(503, retryAfter: .seconds(3600)), random: 0.5) == nil)
    for status: UInt in [400, 401, 403, 404, 405, 413, 416, 501] {
      #expect(plan.pause(after: .status(status, retryAfter: nil), random: 0.5) == nil)
    }
    #expect(RetryPlan.retryAfter("12") == .seconds(12))
    for none in [nil, "", "-1", "1.5", "Wed, 21 Oct 2015 07:28:00 GMT", "99999999999999"] {
      #expect(RetryPlan.retryAfter(none) == nil)
    }
  }

  @Test("A token is kept for nine tenths of its life, and forgotten when it was not accepted")
  func tokens() {
    var cache = TokenCache()
    let key = TokenCache.Key(registry: "h", scopes: [TokenScope("a", .pull)])
    let start = Moment(nanoseconds: 0)
    cache.put(Secret("x"), key, life: .seconds(100), asked: start)
    #expect(cache.header(key, now: start + .seconds(89))?.reveal() == "x")
    #expect(cache.header(key, now: start + .seconds(90)) == nil)
    cache.put(Secret("y"), key, life: .seconds(100), asked: start)
    cache.reject(Secret("x"), key)
    #expect(cache.header(key, now: start)?.reveal() == "y")
    cache.reject(Secret("y"), key)
    #expect(cache.header(key, now: start) == nil)
    for number in 0..<3000 {
      cache.put(Secret("t"), .init(registry: "h\(number)", scopes: []), life: .seconds(1), asked: start)
    }
    #expect(cache.header(.init(registry: "h2999", scopes: []), now: start) != nil)
  }

  @Test("An upload goes from chunk to chunk, and on from where the registry is")
  func upload() {
    var plan = UploadPlan(size: 200_000, chunk: 65_536)
    #expect(plan.next(after: .opened(minimumChunk: nil)) == .send(0..<65_536))
    #expect(plan.next(after: .took(upTo: 65_536)) == .send(65_536..<131_072))
    #expect(plan.next(after: .broken) == .ask)
    #expect(plan.next(after: .has(70_000)) == .send(70_000..<135_536))
    #expect(plan.next(after: .took(upTo: 100_000)) == .send(100_000..<165_536))
    #expect(plan.next(after: .took(upTo: 165_536)) == .send(165_536..<200_000))
    #expect(plan.next(after: .took(upTo: 200_000)) == .close)
    #expect(plan.next(after: .closed) == .done)
  }

  @Test("An upload that is lost again and again goes on while it gets further, but not for ever")
  func losses() {
    var plan = UploadPlan(size: 1_000_000_000, chunk: 65_536)
    var losses = 0
    var step = UploadPlan.Step.open
    for round in 1...1000 where step == .open {
      step = plan.next(after: .opened(minimumChunk: nil))
      // A chunk further each time.
      for _ in 0..<round {
        guard case .send(let range) = step else { break }
        step = plan.next(after: .took(upTo: range.upperBound))
      }
      step = plan.next(after: .lost)
      losses += 1
    }
    #expect(step == .fail(.lostTooOften) && losses == UploadPlan.maximumLossesInAll)
    plan = UploadPlan(size: 1_000_000_000, chunk: 65_536)
    for _ in 1..<UploadPlan.maximumLosses { #expect(plan.next(after: .lost) == .open) }
    #expect(plan.next(after: .lost) == .fail(.lostTooOften))
  }

  @Test("A registry that says that it has what was never sent is not believed")
  func senseless() {
    for event in [UploadPlan.Event.took(upTo: 65_537), .took(upTo: 0), .has(65_537), .has(-1)] {
      var plan = UploadPlan(size: 200_000, chunk: 65_536)
      _ = plan.next(after: .opened(minimumChunk: nil))
      #expect(plan.next(after: event) == .fail(.senseless))
    }
  }

  @Test("Whatever happens, no upload goes on for ever, and no byte is left out")
  func fuzz() {
    var random = Dice(seed: 4)
    for _ in 0..<2000 {
      let size = Int64.random(in: 0...1_000_000, using: &random)
      var plan = UploadPlan(size: size, chunk: .random(in: 0...500_000, using: &random))
      var step = UploadPlan.Step.open
      // What the registry has.
      var stored: Int64 = 0
      for _ in 0..<3000 {
        if case .fail = step { break }
        if step == .done {
          #expect(stored == size)
          break
        }
        let luck = Int.random(in: 0..<10, using: &random)
        let event: UploadPlan.Event
        switch step {
        case .open:
          stored = 0
          event = luck == 0 ? .lost : .opened(minimumChunk: luck == 1 ? 100_000 : nil)
        case .ask: event = luck == 0 ? .lost : .has(stored)
        case .send(let range):
          #expect(range.lowerBound == stored && range.upperBound <= size && !range.isEmpty)
          if luck == 0 { stored += Int64.random(in: 0...(range.upperBound - range.lowerBound), using: &random) }
          if luck > 2 { stored = range.upperBound }
          event = luck == 0 ? .broken : luck == 1 ? .tooLarge : luck == 2 ? .lost : .took(upTo: stored)
        case .sendAll:
          if luck > 0 { stored = size }
          event = luck == 0 ? .broken : .closed
        case .close: event = luck == 0 ? .broken : .closed
        case .done, .fail: continue
        }
        step = plan.next(after: event)
      }
      if case .fail = step { continue }
      #expect(step == .done)
    }
  }
}
