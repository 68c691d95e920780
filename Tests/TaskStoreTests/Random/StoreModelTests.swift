import Foundation
import MusterCore
import TaskModel
import Testing

@testable import TaskStore

/// Random calls on a store beside the same on ``StoreModel``: every answer and every signal must be the same.
@Suite struct StoreModelTests {
  @Test("a store does what the model does, whatever is asked of it", arguments: StoreSort.allCases)
  func randomCalls(_ sort: StoreSort) async throws {
    var dice = Dice("random calls, \(sort.rawValue)")
    try await withFolder { folder in
      let walk = RandomWalk(
        try World(folder: sort == .file ? "\(folder)/0" : nil), folder: sort == .file ? "\(folder)/0" : nil,
        dice: Dice(seed: dice.next()))
      try await walk.begin()
      var step = 0
      // A walk that never meets a case proves nothing about it: go on until every answer was given.
      while step < 1500 || (!walk.hasMetAll && step < 10_000) {
        try await walk.step()
        step += 1
        if step.isMultiple(of: 100) { try await walk.compareAll() }
        if sort == .file, step.isMultiple(of: 250) {
          try await walk.compareWithCopy(at: "\(folder)/copy-\(step)")
          try await walk.reopen()
        }
      }
      #expect(walk.hasMetAll)
      try await walk.compareAll()
      try await walk.finish()
    }
  }
}
