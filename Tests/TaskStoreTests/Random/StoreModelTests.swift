import Foundation
import MusterCore
import SeededDice
import TaskModel
import Testing

@testable import TaskStore

/// Random calls on a store beside the same on ``StoreModel``: every answer and every signal must be the same.
@Suite struct StoreModelTests {
  @Test("a store does what the model does, whatever is asked of it", arguments: StoreSort.allCases)
  func randomCalls(_ sort: StoreSort) async throws {
    var dice = Dice(announcedBy: "random calls, \(sort.rawValue)")
    let seed = dice.next()
    switch sort {
    case .memory: try await walk(RandomWalk(World(folder: nil), folder: nil, dice: Dice(seed: seed)), sort, copies: "")
    case .file:
      try await withFolder { folder in
        let first = "\(folder)/0"
        try await walk(
          RandomWalk(World(folder: first), folder: first, dice: Dice(seed: seed)), sort, copies: "\(folder)/copy")
      }
    case .postgres:
      try await withSchema { schema, url in
        try await walk(
          RandomWalk(World(schema: schema, in: url), folder: nil, dice: Dice(seed: seed)), sort, copies: "")
      }
    }
  }

  private func walk(_ walk: RandomWalk, _ sort: StoreSort, copies: String) async throws {
    try await walk.begin()
    var step = 0
    // A walk that never meets a case proves nothing about it: go on until every answer was given.
    while step < 1500 || (!walk.hasMetAll && step < 10_000) {
      try await walk.step()
      step += 1
      if step.isMultiple(of: 100) { try await walk.compareAll() }
      if sort == .file, step.isMultiple(of: 250) {
        try await walk.compareWithCopy(at: "\(copies)-\(step)")
        try await walk.reopen()
      }
    }
    #expect(walk.hasMetAll)
    try await walk.compareAll()
    try await walk.finish()
  }
}
