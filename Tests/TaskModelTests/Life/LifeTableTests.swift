import Testing

@testable import TaskModel

struct LifeTableTests {
  @Test func everyCellIsAsTheTableSays() throws {
    for row in LifeTable.rows {
      let events = LifeTable.events(row[0])
      #expect(!events.isEmpty, "the row '\(row[0])' names no event")
      for (column, cell) in zip(LifeTable.columns, row).dropFirst() {
        for lastAttempt in [false, true] {
          let before = try #require(LifeTable.life(column, lastAttempt: lastAttempt), "no such state: \(column)")
          let expected = try #require(
            LifeTable.reaction(cell, from: before.state, lastAttempt: lastAttempt), "no such cell: \(cell)")
          for event in events {
            var life = before
            let reaction = life.apply(event)
            #expect(reaction == expected, "\(event) in state \(column)")
            if case .moved(_, let to) = expected { #expect(life.state == to) }
            if case .refused = expected { #expect(life == before, "a refused event changes nothing") }
          }
        }
      }
    }
  }

  @Test func everyEventHasARow() {
    let events = Set(LifeTable.rows.flatMap { LifeTable.events($0[0]) }.map(name))
    #expect(events.count == 14, "TaskEvent has 14 cases; one without a row would never be walked")
  }

  /// A case that is added to `TaskEvent` does not compile here until it has a name, and then `everyEventHasARow` fails.
  private func name(_ event: TaskEvent) -> String {
    switch event {
    case .released: "released"
    case .claimed: "claimed"
    case .started: "started"
    case .succeeded: "succeeded"
    case .attemptFailed: "attemptFailed"
    case .attemptLost: "attemptLost"
    case .attemptReturned: "attemptReturned"
    case .judgedValid: "judgedValid"
    case .judgedInvalid: "judgedInvalid"
    case .lateResultJudgedValid: "lateResultJudgedValid"
    case .cancelled: "cancelled"
    case .deadlinePassed: "deadlinePassed"
    case .dependencyFailed: "dependencyFailed"
    case .retried: "retried"
    }
  }

  @Test func everyStateHasAColumn() {
    let states = LifeTable.columns.dropFirst().compactMap { LifeTable.life($0, lastAttempt: false)?.state }
    #expect(Set(states) == Set(TaskState.allCases))
  }

  @Test func theDocumentShowsThisTable() throws {
    let table = Documents.table(under: "Every state and every event", in: try Documents.text(of: "guarantees.md"))
    #expect(table.first == LifeTable.columns)
    #expect(table.dropFirst().map(\.self) == LifeTable.rows)
  }
}
