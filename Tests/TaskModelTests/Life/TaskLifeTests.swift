import Testing

@testable import TaskModel

struct TaskLifeTests {
  private func token(_ attempt: UInt32) -> Token { Token(epoch: 1, task: 1, attempt: attempt) }

  @Test func anAttemptGoesFromClaimToDone() {
    var life = TaskLife(waiting: false, maxAttempts: 3)
    #expect(life.apply(.claimed(token(1))) == .moved(from: .queued, to: .running))
    #expect(life.isCurrent(token(1)) && !life.isCurrent(token(2)))
    #expect(life.apply(.started(token(1))) == .moved(from: .running, to: .running))
    #expect(life.started)
    #expect(life.apply(.succeeded(token(1), verify: false)) == .moved(from: .running, to: .done))
    #expect(life.token == token(1) && life.handouts == 1 && life.failures == 0)
    #expect(!life.isCurrent(token(1)))
  }

  @Test func onlyStartedAttemptsAreUsedUpWhenLost() {
    var life = TaskLife(waiting: false, maxAttempts: 2)
    for attempt in 1...5 as ClosedRange<UInt32> {
      _ = life.apply(.claimed(token(attempt)))
      #expect(life.apply(.attemptLost(token(attempt))) == .moved(from: .running, to: .queued))
    }
    #expect(life.failures == 0 && life.handouts == 5)
    _ = life.apply(.claimed(token(6)))
    _ = life.apply(.started(token(6)))
    #expect(life.apply(.attemptLost(token(6))) == .moved(from: .running, to: .waiting))
    #expect(life.failures == 1)
    _ = life.apply(.released)
    _ = life.apply(.claimed(token(7)))
    #expect(!life.started, "whether the attempt before had started says nothing about this one")
    #expect(life.apply(.attemptLost(token(7))) == .moved(from: .running, to: .queued))
  }

  @Test func aPoisonTaskEnds() {
    var life = TaskLife(waiting: false, maxAttempts: 3)
    var attempts: UInt32 = 0
    while !life.state.isFinal, attempts < 10 {
      attempts += 1
      if life.state == .waiting { _ = life.apply(.released) }
      _ = life.apply(.claimed(token(attempts)))
      _ = life.apply(.started(token(attempts)))
      _ = life.apply(.attemptLost(token(attempts)))
    }
    #expect(life.state == .failed && attempts == 3)
  }

  @Test func aReturnedAttemptUsesUpNothing() {
    var life = TaskLife(waiting: false, maxAttempts: 1)
    _ = life.apply(.claimed(token(1)))
    #expect(life.apply(.attemptReturned(token(1))) == .moved(from: .running, to: .queued))
    #expect(life.failures == 0)
    #expect(life.apply(.succeeded(token(1), verify: false)) == .refused(.stale))
  }

  @Test func aLateResultEndsTheAttemptThatIsCurrent() {
    var life = TaskLife(waiting: false, maxAttempts: 3)
    _ = life.apply(.claimed(token(1)))
    _ = life.apply(.attemptLost(token(1)))
    _ = life.apply(.claimed(token(2)))
    #expect(life.apply(.lateResultJudgedValid(token(1))) == .moved(from: .running, to: .done))
    #expect(life.token == token(1), "the result that counts is that of the late attempt")
    #expect(life.apply(.succeeded(token(2), verify: false)) == .refused(.final(.done)))
  }

  @Test func cancelAndResultFirstWins() {
    var cancelledFirst = TaskLife(waiting: false, maxAttempts: 3)
    _ = cancelledFirst.apply(.claimed(token(1)))
    var resultFirst = cancelledFirst
    _ = cancelledFirst.apply(.cancelled)
    #expect(cancelledFirst.apply(.succeeded(token(1), verify: false)) == .refused(.final(.cancelled)))
    _ = resultFirst.apply(.succeeded(token(1), verify: false))
    #expect(resultFirst.apply(.cancelled) == .refused(.final(.done)))
  }

  @Test func retryStartsTheCountAnewAndKeepsTokensApart() {
    var life = TaskLife(waiting: false, maxAttempts: 1)
    _ = life.apply(.claimed(token(1)))
    _ = life.apply(.attemptFailed(token(1)))
    #expect(life.state == .failed && life.failures == 1)
    #expect(life.apply(.retried(waiting: false)) == .moved(from: .failed, to: .queued))
    #expect(life.failures == 0 && !life.started)
    #expect(life.handouts == 1, "the next token must be a new one")
  }

  @Test func oddNumbersFromAStoreDoNotTrap() {
    var life = TaskLife(
      state: .running, token: token(1), started: true, failures: .max, handouts: .max, maxAttempts: 0)
    #expect(life.maxAttempts == 1)
    #expect(life.apply(.attemptFailed(token(1))) == .moved(from: .running, to: .failed))
    _ = life.apply(.retried(waiting: false))
    #expect(life.apply(.claimed(token(2))) == .moved(from: .queued, to: .running))
  }
}
