import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import Testing
import Trust

@testable import Coordinator

@Suite("What outsiders can make a coordinator hold", .timeLimit(.minutes(3)))
struct LimitTests {
  @Test func whoeverDoesNotReadIsCut() async throws {
    var limits = CoordinatorConfiguration.Limits()
    limits.slowReader = .seconds(1)
    try await TLSRig.run(limits: limits) { rig in
      _ = try await rig.call(root) { calls, _ in
        try await calls.submitTasks(
          .with { $0.tasks = (0..<20_000).map { _ in task("work") } })
      }
      await #expect(throws: (any Error).self) {
        try await rig.call(viewer) { calls, _ in
          try await calls.listTasks(.with { $0.limit = 20_000 }) { response in
            try await eventually("the reader is cut") { rig.refusals["slow_reader"] ?? 0 > 0 }
            for try await _ in response.messages {}
          }
        }
      }
    }
  }

  @Test func tooManyConnectionsAreTurnedAwayAndCountedOnce() async throws {
    var limits = CoordinatorConfiguration.Limits()
    limits.connections.connectionsPerAddress = 3
    try await TLSRig.run(limits: limits) { rig in
      let security = try rig.security(viewer)
      try await rig.call(security) { one, _ in
        _ = try await one.getStatus(.init())
        try await rig.call(security) { two, _ in
          _ = try await two.getStatus(.init())
          try await rig.call(security) { three, _ in
            _ = try await three.getStatus(.init())
            var options = CallOptions.defaults
            options.timeout = .milliseconds(500)
            let bounded = options
            await #expect(throws: (any Error).self) {
              try await rig.call(security) { four, _ in _ = try await four.getStatus(.init(), options: bounded) }
            }
          }
        }
      }
      #expect(rig.refusals["too_many_connections_of_address"] ?? 0 > 0)
      // What has gone makes room: none is counted for ever.
      try await eventually("all are gone") { rig.served.service.connectionCount == 0 }
      try await rig.call(security) { calls, _ in _ = try await calls.getStatus(.init()) }
    }
  }

  @Test func oneCallFollowsOnlySoMany() async throws {
    var limits = CoordinatorConfiguration.Limits()
    limits.followed = 5
    try await TLSRig.run(limits: limits) { rig in
      let sentence = await refusal(.resourceExhausted) {
        try await rig.call(viewer) { calls, _ in
          try await calls.followTasks { writer in
            try await writer.write(.with { $0.follow = (0..<6).map { "t\($0)" } })
          } onResponse: { response in
            for try await _ in response.messages {}
          }
        }
      }
      #expect(sentence.contains("follow the rest over another"))
    }
  }
}
