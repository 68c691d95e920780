import Foundation
import MusterCore
import TaskModel
import Testing

@testable import TaskStore

@Suite struct WorkerTests {
  @Test("dismissing loses what is held: started attempts count, others do not", arguments: StoreSort.allCases)
  func dismiss(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      for id in ["a", "b"] { try await world.submit(id) }
      try await world.submit("last") { $0.maxAttempts = 1 }
      try await world.enroll()
      let claimed = try await world.claim()
      try await world.start(claimed[0].token)
      try await world.start(claimed[2].token)
      #expect(try await world.store.unstarted(of: "w").map(\.token) == [claimed[1].token])
      #expect(try await world.store.holders() == ["w"])
      try await world.store.dismiss(worker: "w", reason: "not heard of for 15 s")
      #expect(try await world.state("a") == .waiting)
      #expect(try await world.record("a").failures == 1)
      #expect(try await world.state("b") == .queued)
      #expect(try await world.record("b").failures == 0)
      #expect(try await world.record("last").error == "not heard of for 15 s")
      #expect(try await world.state("last") == .failed)
      #expect(try await world.attempts("b").map(\.outcome) == ["lost"])
      #expect(try await world.store.holders().isEmpty)
      #expect(try await world.store.workers().isEmpty)
      #expect(try await world.store.held(by: "w").isEmpty)
      // A second time it has nothing to lose.
      try await world.store.dismiss(worker: "w", reason: "again")
      #expect(try await world.record("a").failures == 1)
    }
  }

  @Test("unstarted attempts are listed, oldest first, with the time since when", arguments: StoreSort.allCases)
  func unstarted(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      for id in ["a", "b", "c"] { try await world.submit(id) }
      try await world.enroll()
      let first = try await world.claim(limit: 1)
      world.time.advance(by: .seconds(1))
      let second = try await world.claim(limit: 2)
      let unstarted = try await world.store.unstarted(of: "w")
      #expect(unstarted.first?.token == first[0].token)
      #expect(Set(unstarted.map(\.token)) == Set((first + second).map(\.token)))
      #expect(unstarted[1].since - unstarted[0].since == .seconds(1))
    }
  }

  @Test("enrolling anew changes what a worker has, not what it holds", arguments: StoreSort.allCases)
  func enrollAgain(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      for number in 0..<5 { try await world.submit("t\(number)") }
      try await world.enroll(slots: 2)
      let held = try await world.claim().map(\.token)
      try await world.enroll(slots: 3)
      #expect(Set(try await world.store.held(by: "w")) == Set(held))
      #expect(try await world.store.workers().first?.freeSlots == 1)
      #expect(try await world.claim().count == 1)
      for token in held { try await world.end(token) }
      #expect(try await world.store.workers().first?.freeSlots == 2)
    }
  }

  @Test("a worker that is set aside gets nothing of that kind, or one trial", arguments: StoreSort.allCases)
  func setAside(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      for id in ["a", "b", "c"] { try await world.submit(id) }
      try await world.submit("x", kind: "judged")
      try await world.enroll()
      try await world.store.setAside(worker: "w", kind: "plain", rule: .nothing)
      #expect(try await world.claim().map(\.id.text) == ["x"])
      #expect(try await world.why("a") == [.setAside(workers: ["w"], kind: "plain")])
      try await world.store.setAside(worker: "w", kind: "plain", rule: .trial)
      #expect(try await world.claim().map(\.id.text) == ["a"])
      #expect(try await world.claim().isEmpty)
      try await world.store.setAside(worker: "w", kind: "plain", rule: nil)
      #expect(try await world.claim().map(\.id.text) == ["b", "c"])
    }
  }

  @Test("the attempt of a worker is found by the task's id", arguments: StoreSort.allCases)
  func attemptBy(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a", kind: "judged")
      let id = TaskID(trusted: "a")
      #expect(try await world.store.attempt(of: id, by: "w") == nil)
      try await world.enroll("w")
      let first = try await world.run("w")
      #expect(try await world.store.attempt(of: id, by: "w") == first.token)
      #expect(try await world.store.attempt(of: id, by: "v") == nil)
      #expect(try await world.store.attempt(of: TaskID(trusted: "zz"), by: "w") == nil)
      try await world.end(first.token, .expired)
      try await world.pass(.seconds(1))
      try await world.enroll("v")
      let second = try await world.run("v")
      #expect(try await world.store.attempt(of: id, by: "w") == first.token)
      #expect(try await world.store.attempt(of: id, by: "v") == second.token)
      #expect(try await world.end(first.token, result: "x", verified: true).verdict == .committedLate)
      #expect(try await world.store.attempt(of: id, by: "w") == first.token)
      #expect(try await world.store.attempt(of: id, by: "v") == second.token)
    }
  }

  @Test("prefetched attempts are recalled when another worker could start them", arguments: StoreSort.allCases)
  func recall(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      // So quick that a worker may hold some ahead of time.
      try await world.submit("first")
      try await world.enroll(slots: 1) { $0.prefetchLimit = 2 }
      let first = try await world.run()
      _ = try await world.store.exchange(
        Exchange(
          worker: "w", ends: [EndReport(token: first.token, end: .done, result: .bytes(Data()), runNanoseconds: 1000)]))
      for id in ["a", "b", "c", "d"] { try await world.submit(id) }
      let outcome = try await world.store.exchange(Exchange(worker: "w", claimLimit: 10))
      #expect(outcome.claimed.map(\.prefetched) == [false, true, true])
      #expect(!outcome.hasRoom && !outcome.mayHaveMore)
      try await world.start(outcome.claimed[0].token)
      world.time.advance(by: .seconds(1))
      #expect(try await world.store.recallable(after: .milliseconds(200)).isEmpty)
      _ = try await world.cancel("d")
      try await world.enroll("v", slots: 1)
      #expect(try await world.store.recallable(after: .seconds(2)).isEmpty)
      let recalled = try await world.store.recallable(after: .milliseconds(200))
      #expect(recalled.count == 1)
      let one = try #require(recalled.first)
      #expect(one.worker == "w" && outcome.claimed.dropFirst().map(\.token).contains(one.token))
    }
  }

  @Test("an exchange says whether there may be more, and whether the worker has room", arguments: StoreSort.allCases)
  func roomAndMore(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      for number in 0..<6 {
        try await world.submit("t\(number)") { $0.input = .bytes(Data(count: 250 * 1024)) }
      }
      try await world.enroll(slots: 8)
      let limited = try await world.store.exchange(Exchange(worker: "w", claimLimit: 2))
      #expect(limited.claimed.count == 2 && limited.mayHaveMore && limited.hasRoom)
      let rest = try await world.store.exchange(Exchange(worker: "w", claimLimit: 100))
      #expect(rest.claimed.count == 4 && !rest.mayHaveMore && rest.hasRoom)
      #expect(try rest.claimed.allSatisfy { try $0.input.load().count == 250 * 1024 })
    }
  }

  @Test("usable are tokens whose result could still be taken", arguments: StoreSort.allCases)
  func usable(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      for (id, kind) in [("a", "judged"), ("b", "plain"), ("c", "judged"), ("d", "judged")] {
        try await world.submit(id, kind: kind)
      }
      try await world.enroll()
      let claimed = try await world.claim()
      let tokens = Dictionary(uniqueKeysWithValues: claimed.map { ($0.id.text, $0.token) })
      let (a, b, c, d) = (try #require(tokens["a"]), try #require(tokens["b"]), try #require(tokens["c"]), tokens["d"])
      #expect(try await world.store.usable(claimed.map(\.token)).count == 4)
      try await world.end(a, .lost)
      try await world.end(b, .lost)
      try await world.end(c, .returned)
      let foreign = Token(epoch: a.epoch &+ 1, number: try #require(d).number)
      #expect(try await world.store.usable([a, b, c, foreign]) == [a])
      _ = try await world.cancel("a")
      #expect(try await world.store.usable(claimed.map(\.token)) == [try #require(d)])
    }
  }
}
