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

  @Test("chance shortens a wait by up to half")
  func chance() {
    var backoff = ReconnectBackoff()
    #expect(backoff.delay(chance: 1).wholeMilliseconds == 50)
    #expect(backoff.delay(chance: 0.5).wholeMilliseconds == 150)
  }
}
