import MusterCore
import Testing

@testable import Worker

@Suite("The wait between attempts to connect")
struct ReconnectBackoffTests {
  @Test("doubles from 0.1 s to 5 s, and begins anew after a success")
  func growth() {
    var backoff = ReconnectBackoff()
    let delays = (0..<8).map { _ in backoff.delay(chance: 0).wholeMilliseconds }
    #expect(delays == [100, 200, 400, 800, 1600, 3200, 5000, 5000])
    backoff.reset()
    #expect(backoff.delay(chance: 0) == .milliseconds(100))
  }

  @Test("never longer than its bound: a worker must be back within the grace that follows a restart")
  func bound() {
    var backoff = ReconnectBackoff()
    let delays = (0..<6).map { _ in backoff.delay(atMost: .milliseconds(300), chance: 0).wholeMilliseconds }
    #expect(delays == [100, 200, 300, 300, 300, 300])
    #expect(backoff.delay(atMost: .milliseconds(1), chance: 0).wholeMilliseconds == 100)
  }

  @Test("chance shortens a wait by up to half")
  func chance() {
    var backoff = ReconnectBackoff()
    #expect(backoff.delay(chance: 1).wholeMilliseconds == 50)
    #expect(backoff.delay(chance: 0.5).wholeMilliseconds == 150)
  }
}
