import SeededDice
import Testing

@testable import WorkerDeployment

@Suite("Words of others in a diagnosis") struct HostileWordsTests {
  @Test(
    "whatever schedulers, registries, kubelets and workers say, it is read without a crash and told in one bounded line"
  )
  func fuzz() throws {
    var mutator = Dice(seed: 6)
    for name in try RecordedSituation.all() {
      let recorded = try RecordedSituation.named(name)
      for _ in 0..<60 {
        var situation = recorded
        for index in situation.events.indices {
          situation.events[index].message = mutator.mutated(situation.events[index].message ?? "")
        }
        for index in situation.pods.indices {
          for place in (situation.pods[index].status?.containerStatuses ?? []).indices {
            let waiting = situation.pods[index].status?.containerStatuses?[place].state?.waiting?.message
            situation.pods[index].status?.containerStatuses?[place].state?.waiting?.message = mutator.mutated(
              waiting ?? "")
          }
          for place in (situation.pods[index].status?.conditions ?? []).indices {
            let message = situation.pods[index].status?.conditions?[place].message
            situation.pods[index].status?.conditions?[place].message = mutator.mutated(message ?? "")
          }
        }
        for index in situation.sets.indices {
          for place in (situation.sets[index].status?.conditions ?? []).indices {
            let message = situation.sets[index].status?.conditions?[place].message
            situation.sets[index].status?.conditions?[place].message = mutator.mutated(message ?? "")
          }
        }
        for pod in situation.logs.keys { situation.logs[pod] = [mutator.mutated("muster: no executor")] }
        for reason in Diagnosis.reasons(situation) {
          let isClean = reason.sentence.unicodeScalars.allSatisfy { scalar in
            scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
          }
          #expect(isClean, "\(name): \(reason.sentence.debugDescription)")
          #expect(reason.sentence.count < 2000)
        }
      }
    }
  }

  @Test("what could turn a terminal's line or a sentence is taken out")
  func cleaning() {
    #expect(Wording.cleaned("a\u{1B}[31mb\r\n\tc \u{202E}d.\n") == "a [31mb c d")
    #expect(Wording.cleaned(String(repeating: "x", count: 400), limit: 10) == "xxxxxxxxxx…")
    #expect(Wording.cleaned("") == "")
  }
}
