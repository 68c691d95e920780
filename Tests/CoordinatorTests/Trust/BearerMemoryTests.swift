import MusterCore
import Testing

@testable import Coordinator

@Suite struct BearerMemoryTests {
  private func at(_ seconds: Double) -> Moment { Moment(nanoseconds: Int64(seconds * 1e9)) }

  @Test func aTokenThatWasGoodIsAskedForAgainAfterASecond() {
    let memory = BearerMemory()
    #expect(!memory.isGood("a", at: at(0)))
    memory.remember("a", at: at(0))
    #expect(memory.isGood("a", at: at(0.9)) && !memory.isGood("a", at: at(1)))
    memory.remember("a", at: at(2))
    memory.forget()
    #expect(!memory.isGood("a", at: at(2)))
  }

  /// Strangers who guess use up the rate; who has a token gets in all the same.
  @Test func strangersLockNobodyOut() {
    let memory = BearerMemory()
    memory.remember("a", at: at(0))
    memory.remember("b", at: at(0))
    while memory.mayAsk("guess", at: at(15)) == nil {}
    #expect(memory.mayAsk("a", at: at(15)) == nil)
    // A token, no matter which, was revoked: what was good is looked up again, and is not locked out for that.
    memory.forget()
    #expect(memory.mayAsk("b", at: at(15)) == nil)
    // It was refused: it is a stranger's now.
    memory.forget("b")
    #expect(memory.mayAsk("b", at: at(15)) != nil && memory.mayAsk("a", at: at(15)) == nil)
  }
}
