import Testing

@testable import Settings

@Suite struct UpSettingsTests {
  @Test func oneLoopbackListenerSpeaksBothProtocols() throws {
    try SettingsFolder.with { folder in
      let settings = try UpSettings.load(folder.input())
      #expect(settings.coordinator.listeners.map(\.description) == ["127.0.0.1:50055/muster+original"])
      #expect(settings.warnings.isEmpty)
      #expect(settings.workers == 1 && settings.slots == 8)
    }
  }

  @Test func elsewhereTheOriginalProtocolTakesAWord() throws {
    try SettingsFolder.with { folder in
      let settings = try UpSettings.load(folder.input(flags: ["listen": "0.0.0.0:1", "insecure": "true"]))
      #expect(settings.coordinator.listeners.map(\.description) == ["0.0.0.0:1/muster"])
    }
  }

  @Test(arguments: [(0, 8), (1, 8), (2, 4), (3, 2), (100, 1)]) func workersShareTheCores(workers: Int, slots: Int)
    throws
  {
    try SettingsFolder.with { folder in
      let settings = try UpSettings.load(folder.input(flags: ["workers": "\(workers)"]))
      #expect(settings.workers == workers && settings.slots == slots)
    }
  }

  @Test func originalVariablesDoNotReachIt() throws {
    try SettingsFolder.with([".env": "COORDINATOR_PORT=5"]) { folder in
      let settings = try UpSettings.load(folder.input(environment: ["COORDINATOR_PORT": "6"]))
      #expect(!settings.coordinator.isOriginal)
    }
  }
}
