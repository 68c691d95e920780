import Foundation
import Testing

@testable import TaskModel

struct GuaranteesTests {
  /// A promise whose test was renamed or removed would go unheld without anyone seeing it.
  @Test func everyTestThatTheDocumentNamesExists() throws {
    let table = Documents.table(
      under: "Every invariant, and the test that holds it", in: try Documents.text(of: "guarantees.md"))
    #expect(table.first == ["invariant", "held by"])
    let tests = try Documents.testFunctions()
    for row in table.dropFirst() {
      try #require(row.count == 2, "\(row)")
      let named = row[1].split(separator: "`").map(String.init).filter { $0.contains(".") }
      #expect(!named.isEmpty, "\(row[0]): no test is named")
      for test in named {
        // A test that is a script is named by its path.
        #expect(tests.contains(test) || Documents.has(file: test), "\(row[0]): there is no test \(test)")
      }
    }
  }
}
