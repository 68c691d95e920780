import MusterCore
import SeededDice
import Testing

@testable import TaskModel

struct BlameLedgerRandomTests {
  /// What the outside believes, from the sanctions alone.
  private struct Belief {
    var rule: SetAsideRule
    var since: Moment
  }

  private static let workers = ["u", "v", "w"]
  private static let kinds = ["a", "b"]

  @Test(arguments: Dice.forThisRun())
  func sanctionsMakeSenseInAnyOrderOfEvents(_ first: Dice) {
    var dice = first
    print("the ledger of blame: \(dice)")
    var ledger = BlameLedger()
    var beliefs: [BlameKey: Belief] = [:]
    var now = at(0)
    for step in 0..<5000 {
      let before = beliefs
      let worker = Self.workers.randomElement(using: &dice) ?? ""
      let kind = Self.kinds.randomElement(using: &dice) ?? ""
      let task = Int64.random(in: 1...8, using: &dice)
      let choice = Int.random(in: 0..<100, using: &dice)
      let sanctions: [Sanction]
      switch choice {
      case 0..<12: sanctions = ledger.recordInvalid(worker: worker, kind: kind, task: task, at: now)
      case 12..<55: sanctions = ledger.recordFailure(worker: worker, kind: kind, task: task, at: now)
      case 55..<70: sanctions = ledger.recordSuccess(worker: worker, kind: kind, task: task, at: now)
      case 70..<76: sanctions = ledger.recordNoVerdict(worker: worker, kind: kind, task: task, at: now)
      case 76..<77: sanctions = ledger.resume(worker: worker)
      default:
        now = now + .seconds(Int.random(in: 0...200, using: &dice))
        sanctions = ledger.tick(at: now)
      }
      for sanction in sanctions {
        let key = BlameKey(worker: sanction.worker, kind: sanction.kind)
        let problem = Self.problem(sanction, belief: before[key], choice: choice, now: now)
        #expect(problem == nil, "\(first), step \(step): \(sanction)")
        beliefs[key] = sanction.rule.map { Belief(rule: $0, since: $0 == .nothing ? now : before[key]?.since ?? now) }
      }
      let told = Self.workers.flatMap { worker in
        ledger.entries(for: worker).map { (BlameKey(worker: worker, kind: $0.kind), $0) }
      }
      #expect(Set(told.map(\.0)) == Set(beliefs.keys), "\(first), step \(step): what is told is what is so")
      for (key, entry) in told {
        #expect(entry.trial == (beliefs[key]?.rule == .trial), "\(first), step \(step)")
        #expect(entry.until == beliefs[key].map { $0.since + .seconds(600) }, "\(first), step \(step)")
      }
      #expect(ledger.nextDue == told.filter { !$0.1.trial }.map(\.1.until).min(), "\(first), step \(step)")
      #expect(ledger.records.values.allSatisfy { !$0.saysNothing }, "\(first), step \(step): an empty record stays")
    }
  }

  private static func problem(_ sanction: Sanction, belief: Belief?, choice: Int, now: Moment) -> String? {
    switch (belief?.rule, sanction.rule) {
    case (nil, .nothing) where choice < 70: nil
    case (.trial, .nothing) where choice < 55: nil
    case (.nothing, .trial) where choice >= 77 && belief.map { now - $0.since >= .seconds(600) } == true: nil
    case (.trial, .trial) where (70..<76).contains(choice): nil
    case (.trial, nil) where (55..<70).contains(choice) || choice == 76: nil
    case (.nothing, nil) where choice == 76: nil
    default: "not from \(String(describing: belief))"
    }
  }
}
