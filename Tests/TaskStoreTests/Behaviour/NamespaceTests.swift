import Foundation
import MusterCore
import TaskModel
import Testing

@testable import TaskStore

@Suite struct NamespaceTests {
  private func submit(_ id: String, of namespace: String?, input: String = "abc", _ world: World) async throws {
    let task = NewTask(
      id: try #require(TaskID(id)), kind: "plain", input: .bytes(Data(input.utf8)),
      labels: namespace.map { [ReservedLabel.namespace: $0, "other": "x"] } ?? [:],
      identity: NewTask.identity(kind: "plain", input: Data(input.utf8), needs: Needs(), dependsOn: []))
    #expect(try await world.store.submit([task]) == [.accepted(.queued)])
  }

  @Test("each task says whose it is", arguments: StoreSort.allCases)
  func whose(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await submit("a", of: "red", world)
      try await submit("b", of: "blue", world)
      try await submit("c", of: nil, world)
      let ids = ["a", "b", "c", "nobody"].compactMap { TaskID($0) }
      let found = try await world.store.namespaces(of: ids)
      #expect(found == [ids[0]: "red", ids[1]: "blue", ids[2]: ""])
      #expect(try await world.store.namespaces(of: []) == [:])
    }
  }

  @Test("what a namespace has unfinished is counted, with its bytes", arguments: StoreSort.allCases)
  func backlog(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      for number in 0..<5 { try await submit("r\(number)", of: "red", input: "12345", world) }
      try await submit("b", of: "blue", world)
      try await submit("c", of: nil, world)
      _ = try await world.cancel("r0")
      #expect(try await world.store.backlog(of: "red") == Backlog(tasks: 4, bytes: 20))
      #expect(try await world.store.backlog(of: "blue") == Backlog(tasks: 1, bytes: 3))
      #expect(try await world.store.backlog(of: "green") == Backlog())
      let counts = try await world.store.counts(of: "red").map { "\($0.kind) \($0.state) \($0.count)" }
      #expect(counts == ["plain queued 4", "plain cancelled 1"])
      #expect(try await world.store.counts(of: "green").isEmpty)
    }
  }
}
