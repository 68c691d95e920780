import CoordinatorAPI
import Foundation
import StandInCoordinator
import Testing

@testable import MusterCommands

@Suite(.timeLimit(.minutes(1))) struct RunCommandTests {
  private func square() -> StandInCoordinator {
    StandInCoordinator { spec in
      let text = String(decoding: spec.input, as: UTF8.self)
      if text == "wait" { return nil }
      guard let number = Int(text) else { return .failed("'\(text)' is not a number") }
      return .done("\(number * number)")
    }
  }

  private struct Row: Decodable {
    let line: Int
    let id: String
    let state: String
    let result: String?
    let error: String?
  }
  private func rows(_ text: String) throws -> [Row] {
    try text.split(separator: "\n").map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
  }

  @Test func bringsABatchThrough() async throws {
    try await withStandIn(square()) { coordinator, address in
      try await withFolder { folder in
        try write((1...1000).map { "\($0)\n" }.joined(), to: folder + "/in")
        let printed = await muster(
          "run", "--kind", "square", "--inputs", folder + "/in", "--output", folder + "/out", "--priority", "7",
          "--label", "who=me", at: address)
        #expect(printed.status == 0, "\(printed.messages)")
        let rows = try rows(try read(folder + "/out"))
        #expect(Set(rows.map(\.line)) == Set(1...1000))
        #expect(rows.allSatisfy { $0.state == "done" && $0.result == "\($0.line * $0.line)" })
        #expect(printed.messages.contains("1,000/1,000"))
        #expect(printed.results.isEmpty)
        #expect(coordinator.tasks.first?.spec.priority == 7)
        #expect(coordinator.tasks.first?.spec.labels == ["who": "me"])
      }
    }
  }

  @Test func doesNothingTwice() async throws {
    try await withStandIn(square()) { coordinator, address in
      try await withFolder { folder in
        let arguments = ["run", "--kind", "square", "--inputs", folder + "/in", "--output", folder + "/out"]
        try write("1\n2\n3\n", to: folder + "/in")
        #expect(await muster(arguments, at: address).status == 0)
        #expect(coordinator.submissions == 3)
        // A changed line and a new one.
        try write("1\n20\n3\n4\n", to: folder + "/in")
        let again = await muster(arguments, at: address)
        #expect(again.status == 0, "\(again.messages)")
        #expect(again.messages.contains("3 results are there already"))
        #expect(again.messages.contains("4/4"))
        #expect(coordinator.submissions == 5)
        let rows = try rows(try read(folder + "/out"))
        #expect(rows.map(\.line).sorted() == [1, 2, 2, 3, 4])
        #expect(rows.last { $0.line == 2 }?.result == "400")
      }
    }
  }

  @Test func goesOnAfterATornOutput() async throws {
    try await withStandIn(square()) { coordinator, address in
      try await withFolder { folder in
        let arguments = ["run", "--kind", "square", "--inputs", folder + "/in", "--output", folder + "/out"]
        try write("1\n2\n3\n", to: folder + "/in")
        #expect(await muster(arguments, at: address).status == 0)
        let whole = try read(folder + "/out")
        try write(String(whole.dropLast(9)), to: folder + "/out")
        #expect(await muster(arguments, at: address).status == 0)
        #expect(try rows(try read(folder + "/out")).map(\.line).sorted() == [1, 2, 3])
        #expect(coordinator.tasks.count == 3)
        #expect(coordinator.submissions == 4)
      }
    }
  }

  @Test func tellsFailures() async throws {
    try await withStandIn(square()) { _, address in
      try await withFolder { folder in
        let arguments = ["run", "--kind", "square", "--inputs", folder + "/in", "--output", folder + "/out"]
        try write("1\nx\n\n3\n", to: folder + "/in")
        for _ in 1...2 {
          let printed = await muster(arguments, at: address)
          #expect(printed.status == 1)
          #expect(
            printed.messages.hasSuffix(
              "error: 1 of 3 tasks were not done; see their 'error' in '\(folder)/out'\n"), "\(printed.messages)")
        }
        let failed = try rows(try read(folder + "/out")).first { $0.line == 2 }
        #expect(failed?.state == "failed")
        #expect(failed?.error == "'x' is not a number")
      }
    }
  }

  @Test func retriesWhatFailedBefore() async throws {
    let healed = Guarded(false)
    let stand = StandInCoordinator { spec in
      String(decoding: spec.input, as: UTF8.self) == "x" && !healed.value ? .failed("broken") : .done("ok")
    }
    try await withStandIn(stand) { coordinator, address in
      try await withFolder { folder in
        let arguments = ["run", "--kind", "square", "--inputs", folder + "/in", "--output", folder + "/out"]
        try write("1\nx\n3\n", to: folder + "/in")
        #expect(await muster(arguments, at: address).status == 1)
        healed.with { $0 = true }
        let again = await muster(arguments + ["--retry"], at: address)
        #expect(again.status == 0, "\(again.messages)")
        let rows = try rows(try read(folder + "/out"))
        #expect(rows.filter { $0.line == 2 }.map(\.state) == ["failed", "done"])
        #expect(await muster(arguments, at: address).status == 0)
      }
    }
  }

  @Test func saysRejections() async throws {
    try await withStandIn { _, address in
      try await withFolder { folder in
        try write("1\n", to: folder + "/in")
        let printed = await muster(
          "run", "--kind", "unknown", "--inputs", folder + "/in", "--output", "-", "-q", at: address)
        #expect(printed.status == 1)
        let row = try rows(printed.results).first
        #expect(row?.state == "rejected")
        #expect(row?.error == "no kind 'unknown'")
      }
    }
  }

  @Test func writesToStandardOutputQuietly() async throws {
    try await withStandIn(square()) { _, address in
      try await withFolder { folder in
        try write("5\n", to: folder + "/in")
        let printed = await muster(
          "run", "--kind", "square", "--inputs", folder + "/in", "--output", "-", "--quiet", at: address)
        #expect(printed.status == 0)
        #expect(printed.messages.isEmpty)
        #expect(try rows(printed.results).map(\.result) == ["25"])
      }
    }
  }

  @Test func detachesAndComesBack() async throws {
    try await withStandIn(square()) { coordinator, address in
      try await withFolder { folder in
        let arguments = ["run", "--kind", "square", "--inputs", folder + "/in", "--output", folder + "/out"]
        try write("1\nwait\n3\n", to: folder + "/in")
        let (signals, signal) = AsyncStream.makeStream(of: Interrupt.self)
        async let first = muster(arguments, at: address, interrupts: signals)
        try await until { try rows((try? read(folder + "/out")) ?? "").count == 2 }
        signal.yield(.termination)
        let printed = await first
        #expect(printed.status == 130)
        #expect(
          printed.messages.contains(
            "detached: 1 tasks go on at \(address); the same command again hands in the rest and fetches the results"))
        let open = try #require(coordinator.tasks.first { $0.end == nil })
        coordinator.end(open.spec.id, as: .done("late"))
        #expect(await muster(arguments, at: address).status == 0)
        #expect(try rows(try read(folder + "/out")).last?.result == "late")
        #expect(coordinator.tasks.count == 3)
      }
    }
  }

  @Test func cancelsAtTheSecondInterrupt() async throws {
    try await withStandIn(square()) { coordinator, address in
      try await withFolder { folder in
        try write("wait\n2\nwait\n", to: folder + "/in")
        let (signals, signal) = AsyncStream.makeStream(of: Interrupt.self)
        async let first = muster(
          "run", "--kind", "square", "--inputs", folder + "/in", "--output", folder + "/out", at: address,
          interrupts: signals)
        try await until { try rows((try? read(folder + "/out")) ?? "").count == 1 }
        signal.yield(.keyboard)
        signal.yield(.keyboard)
        let printed = await first
        #expect(printed.status == 130)
        #expect(printed.messages.contains("cancelled 2 tasks"))
        #expect(coordinator.tasks.filter { $0.state == .cancelled }.count == 2)
      }
    }
  }

  @Test func refusesWhatCannotWork() async throws {
    try await withFolder { folder in
      let missing = await muster("run", "--kind", "k", "--inputs", folder + "/no", "--output", folder + "/out")
      #expect(missing.status == 1)
      #expect(missing.messages == "error: cannot read '\(folder)/no': No such file or directory\n")
      let same = await muster("run", "--kind", "k", "--inputs", folder + "/a", "--output", folder + "/a")
      #expect(same.status == 64)
      try write("notes\n", to: folder + "/notes")
      try write("1\n", to: folder + "/in")
      let notes = await muster("run", "--kind", "k", "--inputs", folder + "/in", "--output", folder + "/notes")
      #expect(notes.status == 1)
      #expect(notes.messages.contains("is not a result of 'muster run'"))
    }
  }
}
