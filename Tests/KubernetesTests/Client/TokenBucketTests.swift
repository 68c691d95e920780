import MusterCore
import Testing

@testable import Kubernetes

@Suite("The rate limit of a client")
struct TokenBucketTests {
  let start = Moment(nanoseconds: 0)

  @Test("a burst goes at once, and what follows keeps the rate")
  func rate() {
    var bucket = TokenBucket(perSecond: 10, burst: 3, now: start)
    for _ in 0..<3 { #expect(bucket.take(now: start) == .zero) }
    #expect(bucket.take(now: start) == .milliseconds(100))
    #expect(bucket.take(now: start) == .milliseconds(200))
    #expect(bucket.take(now: start + .milliseconds(300)) == .zero)
  }

  @Test("a pause earns no more than a burst")
  func full() {
    var bucket = TokenBucket(perSecond: 10, burst: 2, now: start)
    let later = start + .seconds(3600)
    #expect(bucket.take(now: later) == .zero)
    #expect(bucket.take(now: later) == .zero)
    #expect(bucket.take(now: later) > .zero)
  }

  @Test("who goes away gives his turn to the next")
  func giveBack() {
    var bucket = TokenBucket(perSecond: 1, burst: 1, now: start)
    #expect(bucket.take(now: start) == .zero)
    #expect(bucket.take(now: start) == .seconds(1))
    bucket.giveBack()
    #expect(bucket.take(now: start) == .seconds(1))
  }

  @Test("no rate is no limit")
  func none() {
    var bucket = TokenBucket(perSecond: 0, burst: 1, now: start)
    for _ in 0..<1000 { #expect(bucket.take(now: start) == .zero) }
  }
}
