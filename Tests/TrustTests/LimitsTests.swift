import MusterCore
import Testing

@testable import Trust

@Suite struct LimitsTests {
  private func at(_ seconds: Double) -> Moment { Moment(nanoseconds: Int64(seconds * 1e9)) }

  @Test func soManyASecondAndSoManyAtOnce() {
    var limit = RateLimit(rate: 10, burst: 3)
    #expect((0..<3).allSatisfy { _ in limit.take(at: at(0)) == nil })
    #expect(limit.take(at: at(0)) == .seconds(0.1))
    #expect(limit.take(at: at(0.05)) == .seconds(0.05))
    #expect(limit.take(at: at(0.1)) == nil)
    #expect(limit.take(at: at(0.1)) != nil)
    // However long it is quiet, no more than the burst comes together; a clock that goes back changes nothing.
    #expect((0..<3).allSatisfy { _ in limit.take(at: at(100)) == nil })
    #expect(limit.take(at: at(1)) != nil)
  }

  @Test func connectionsAreCountedByAddressAndTogether() {
    var ledger = ConnectionLedger(
      .init(connections: 4, connectionsPerAddress: 3, handshakes: 1000, handshakesPerAddress: 1000))
    func known(_ address: String) -> ConnectionLedger.Answer {
      let answer = ledger.opened(address, at: at(0))
      if answer == .admitted { ledger.identified(address) }
      return answer
    }
    #expect((0..<3).allSatisfy { _ in known("a") == .admitted })
    #expect(ledger.opened("a", at: at(0)) == .tooManyConnectionsOfAddress)
    #expect(known("b") == .admitted)
    #expect(ledger.opened("b", at: at(0)) == .tooManyConnections)
    ledger.closed("a", isKnown: true, at: at(0))
    #expect(ledger.opened("a", at: at(0)) == .admitted)
    ledger.closed("nobody", isKnown: false, at: at(0))
    #expect(ledger.connections == 4)
  }

  /// Whoever is not known may not keep out those who are.
  @Test func strangersHaveAQuarter() {
    var ledger = ConnectionLedger(.init(connections: 16, connectionsPerAddress: 16))
    #expect((0..<4).allSatisfy { ledger.opened("\($0)", at: at(0)) == .admitted })
    #expect(ledger.opened("x", at: at(0)) == .tooManyStrangers)
    ledger.identified("0")
    #expect(ledger.opened("x", at: at(0)) == .admitted)
    ledger.closed("0", isKnown: true, at: at(0))
    #expect(ledger.opened("y", at: at(0)) == .tooManyStrangers)
    ledger.closed("x", isKnown: false, at: at(0))
    #expect(ledger.opened("y", at: at(0)) == .admitted)
  }

  @Test func oneNetworkOfIPv6IsOneAddress() {
    var ledger = ConnectionLedger(.init(connections: 100, connectionsPerAddress: 2))
    #expect(ledger.opened("fd00::1", at: at(0)) == .admitted)
    #expect(ledger.opened("fd00::2", at: at(0)) == .admitted)
    #expect(ledger.opened("fd00::ffff", at: at(0)) == .tooManyConnectionsOfAddress)
    #expect(ledger.opened("fd00:0:0:1::1", at: at(0)) == .admitted)
  }

  @Test func oneAddressCannotUseUpTheHandshakesOfAll() {
    var ledger = ConnectionLedger(
      .init(connections: 100_000, connectionsPerAddress: 10_000, handshakes: 10, handshakesPerAddress: 2))
    let answers = (0..<100).map { _ in ledger.opened("bad", at: at(0)) }
    #expect(answers.count { $0 == .admitted } == 20)
    #expect(answers.last == .tooManyHandshakes(retryAfter: .seconds(0.5)))
    // Others still get in.
    #expect(ledger.opened("good", at: at(0)) == .admitted)
    #expect((0..<100).count { _ in ledger.opened("bad", at: at(1)) == .admitted } == 2)
  }

  @Test func whatIsKnownOfQuietAddressesIsForgotten() {
    var ledger = ConnectionLedger(.init())
    for number in 0..<20_000 {
      let now = at(Double(number) / 100)
      if ledger.opened("\(number)", at: now) == .admitted { ledger.closed("\(number)", isKnown: false, at: now) }
    }
    #expect(ledger.remembered <= 8200)
    #expect(ledger.connections == 0)
  }
}
