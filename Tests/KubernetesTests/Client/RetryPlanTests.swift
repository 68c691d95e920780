import Testing

@testable import Kubernetes

@Suite("When a request is made again")
struct RetryPlanTests {
  func plan(repeatable: Bool) -> RetryPlan { RetryPlan(RetryPolicy(), isRepeatable: repeatable) }

  @Test("what never left is sent again, whatever it was")
  func notSent() {
    var plan = plan(repeatable: false)
    #expect(plan.pause(after: .notSent, random: 0) == .milliseconds(200))
    #expect(plan.pause(after: .notSent, random: 0) == .milliseconds(400))
    #expect(plan.pause(after: .notSent, random: 1) == .milliseconds(400))
  }

  @Test("a change whose connection broke is not sent twice, a question is")
  func broken() {
    var change = plan(repeatable: false)
    #expect(change.pause(after: .broken, random: 0) == nil)
    var question = plan(repeatable: true)
    #expect(question.pause(after: .broken, random: 0) == .milliseconds(200))
  }

  @Test("a busy server is left alone for as long as it says, and its errors are not retried for changes")
  func retryAfter() throws {
    var busy = plan(repeatable: false)
    let wait = busy.pause(after: .answer(status: 429, retryAfter: .seconds(7)), random: 0.5)
    let pause = try #require(wait)
    #expect(pause >= .seconds(7) && pause < .seconds(8))
    var broken = plan(repeatable: false)
    #expect(broken.pause(after: .answer(status: 503, retryAfter: .seconds(1)), random: 0) == nil)
    var question = plan(repeatable: true)
    #expect(question.pause(after: .answer(status: 503, retryAfter: .seconds(1)), random: 0) == .seconds(1))
  }

  @Test("a wait that nobody would sit through is the caller's to decide")
  func tooLong() {
    var plan = plan(repeatable: true)
    #expect(plan.pause(after: .answer(status: 429, retryAfter: .seconds(3600)), random: 0) == nil)
  }

  @Test(
    "there is an end to it", arguments: [RetryPlan.Failure.notSent, .broken, .answer(status: 500, retryAfter: nil)])
  func ends(failure: RetryPlan.Failure) {
    var plan = plan(repeatable: true)
    for _ in 0..<4 { #expect(plan.pause(after: failure, random: 0.3) != nil) }
    #expect(plan.pause(after: failure, random: 0.3) == nil)
  }

  @Test("what another attempt does not mend is not attempted", arguments: [400, 401, 403, 404, 409, 410, 422])
  func final(status: Int) {
    var plan = plan(repeatable: true)
    #expect(plan.pause(after: .answer(status: status, retryAfter: .seconds(1)), random: 0) == nil)
  }
}
