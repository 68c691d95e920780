import Foundation
import Testing

@testable import CoordinatorAPI

@Suite struct SubmitPartsTests {
  private func tasks(_ count: Int, bytes: Int) -> [Muster_V1_TaskSpec] {
    (0..<count).map { number in
      .with {
        $0.id = "t\(number)"
        $0.input = Data(count: bytes)
      }
    }
  }

  @Test func cutsByNumber() {
    #expect(SubmitParts(tasks(2500, bytes: 1)).map(\.count) == [1000, 1000, 500])
    #expect(SubmitParts([]).map(\.count) == [])
  }

  @Test func cutsByBytesAndKeepsTheOrder() {
    let parts = SubmitParts(tasks(9, bytes: 1 << 20)).map { $0.map(\.id) }
    #expect(parts.map(\.count) == [3, 3, 3])
    #expect(parts.flatMap { $0 } == (0..<9).map { "t\($0)" })
  }

  @Test func sendsOneThatIsTooLargeAlone() {
    let large = tasks(1, bytes: 6 << 20)
    #expect(SubmitParts(tasks(2, bytes: 1) + large + tasks(2, bytes: 1)).map(\.count) == [2, 1, 2])
  }
}
