import Foundation
import Testing

@testable import MusterCommands

@Suite struct ConfigShowTests {
  @Test(arguments: ["up", "coordinator", "worker"])
  func saysWhereValuesComeFrom(part: String) async throws {
    try await withFolder { folder in
      try write("state: kept\nkinds:\n  k:\n    executor: [\"true\"]\n", to: folder + "/m.yaml")
      let printed = await muster(
        "config", "show", "--for", part, "-c", folder + "/m.yaml", "--output", "json",
        environment: ["MUSTER_LOG_LEVEL": "debug"])
      #expect(printed.status == 0, "\(printed.messages)")
      let settings = try #require(printed.object?["settings"] as? [[String: String]])
      let state = settings.first { $0["name"] == "state" }
      #expect(state?["value"] == folder + "/kept")
      #expect(state?["source"] == folder + "/m.yaml:1")
      #expect(settings.first { $0["name"] == "logLevel" }?["source"] == "environment MUSTER_LOG_LEVEL")
      #expect(settings.contains { $0["name"] == "kinds.k.executor" })
    }
  }

  @Test func refusesABadFile() async throws {
    try await withFolder { folder in
      try write("slots: many\n", to: folder + "/m.yaml")
      let printed = await muster("config", "show", "-c", folder + "/m.yaml", "--output", "json")
      #expect(printed.status == 1)
      #expect(printed.error?["code"] as? String == "bad_settings")
      #expect((printed.error?["details"] as? [String: String])?["line"] == "1")
    }
  }
}
