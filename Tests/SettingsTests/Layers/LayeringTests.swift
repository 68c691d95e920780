import Testing

@testable import Settings

@Suite struct LayeringTests {
  private func shown(_ name: String, _ settings: [ShownSetting]) -> [String] {
    settings.filter { $0.name == name }.map { "\($0.value) (\($0.source))" }
  }

  @Test func flagsBeatVariablesBeatTheFileBeatsDefaults() throws {
    let yaml = "# first\nheartbeat: 1s\nverifySlots: 1\nmaxInput: 1MiB\n"
    try SettingsFolder.with(["muster.yaml": yaml]) { folder in
      let settings = try CoordinatorSettings.load(
        folder.input(
          flags: ["heartbeat": "3s"],
          environment: ["MUSTER_HEARTBEAT": "2s", "MUSTER_VERIFY_SLOTS": "2", "MUSTER_KEEP": ""]))
      #expect(settings.heartbeat == .seconds(3) && settings.verifySlots == 2 && settings.maxInput == 1 << 20)
      #expect(shown("heartbeat", settings.shown) == ["3s (flag --heartbeat)"])
      #expect(shown("verifySlots", settings.shown) == ["2 (environment MUSTER_VERIFY_SLOTS)"])
      #expect(shown("maxInput", settings.shown) == ["1MiB (muster.yaml:4)"])
      #expect(shown("keep", settings.shown) == ["7d (default)"])
    }
  }

  @Test func aWrongFlagOrVariableIsSaidByItsName() throws {
    #expect(
      try problems("slots: 1", flags: ["heartbeat": "x"], environment: ["MUSTER_VERIFY_SLOTS": "0"]) == [
        "environment MUSTER_VERIFY_SLOTS: '0' is not a whole number from 1 to 4096",
        "flag --heartbeat: 'x' is not a duration: a number is missing or too long; write for example 250ms, 10s, 5m, 1h30m "
          + "or 7d",
      ])
  }

  @Test func aWrongFileIsSaidEvenIfAFlagOutweighsIt() throws {
    #expect(try problems("heartbeat: x", flags: ["heartbeat": "1s"]).count == 1)
  }

  @Test func relativePathsOfFlagsAreSeenFromTheWorkingDirectory() throws {
    try SettingsFolder.with(["etc/muster.yaml": "state: a\nstore: sqlite:b"]) { folder in
      let file = try CoordinatorSettings.load(folder.input(config: "etc/muster.yaml"))
      #expect(file.state == "\(folder.path)/etc/a")
      let flag = try CoordinatorSettings.load(
        folder.input(config: "etc/muster.yaml", flags: ["state": "./c", "store": "sqlite:d"]))
      #expect(flag.state == "\(folder.path)/c" && flag.store == .sqlite(path: "\(folder.path)/d"))
    }
  }

  @Test func theFileIsFound() throws {
    try SettingsFolder.with(["muster.yaml": "slots: 1", "other.yaml": "slots: 2", "third.yaml": "slots: 3"]) { folder in
      #expect(try UpSettings.load(folder.input()).slots == 1)
      let variable = ["MUSTER_CONFIG": "other.yaml"]
      #expect(try UpSettings.load(folder.input(environment: variable)).slots == 2)
      #expect(try UpSettings.load(folder.input(config: "third.yaml", environment: variable)).slots == 3)
      let both = variable.merging(["COORDINATOR_CONFIG": "no.yaml"]) { first, _ in first }
      _ = try CoordinatorSettings.load(folder.input(environment: both))
    }
  }

  @Test func listenersOfAFlagReplaceTheFiles() throws {
    let settings = try coordinator("listen: [127.0.0.1:1, 127.0.0.1:2]", flags: ["listen": "127.0.0.1:3/original"])
    #expect(shown("listen", settings.shown) == ["127.0.0.1:3/original (flag --listen)"])
    #expect(
      try problems("", environment: ["MUSTER_LISTEN": "x"]) == [
        "environment MUSTER_LISTEN: 'x' has no port; give HOST:PORT, such as 127.0.0.1:50055, 0.0.0.0:50055 or [::1]:50055"
      ])
  }

  @Test func aMistypedVariableIsSaid() throws {
    let settings = try coordinator(
      "",
      environment: [
        "MUSTER_HARTBEAT": "1s", "MUSTER_TASK_ID": "t", "MUSTER_WORKER": "w", "MUSTER_SLOT": "1",
        "MUSTER_HEARTBEAT": "2s",
      ])
    #expect(
      settings.warnings == ["environment MUSTER_HARTBEAT: there is no such setting; did you mean MUSTER_HEARTBEAT?"])
  }

  @Test func everyKeyOfAKindIsShown() throws {
    let settings = try coordinator(
      "kinds:\n  a:\n    executor: [p, \"{input}\"]\n    timeout: 5s\n    verifier: none\n    placeholders: {x: /y}")
    #expect(
      settings.shown.filter { $0.name.hasPrefix("kinds.") }.map { "\($0.name): \($0.value) (\($0.source))" } == [
        "kinds.a.executor: [p, \"{input}\"] (muster.yaml:3)", "kinds.a.verifier: none (muster.yaml:5)",
        "kinds.a.placeholders.x: /y (muster.yaml:6)", "kinds.a.sandbox: none (default)",
        "kinds.a.lease: 10m (default)", "kinds.a.timeout: 5s (muster.yaml:4)", "kinds.a.maxAttempts: 3 (default)",
        "kinds.a.backoff: {initial: 1s, factor: 2, limit: 1m} (default)", "kinds.a.slots: 1 (default)",
        "kinds.a.memory: 0 (default)", "kinds.a.gpus: 0 (default)", "kinds.a.order: oldest (default)",
        "kinds.a.keep: 7d (default)",
      ])
  }

  @Test func everyLayeredSettingIsShownByThoseThatReadIt() throws {
    try SettingsFolder.with { folder in
      let up = Set(try UpSettings.load(folder.input()).shown.map(\.name))
      let worker = Set(try WorkerSettings.load(folder.input()).shown.map(\.name))
      #expect(up.union(worker).filter { !$0.contains(".") } == Set(Schema.top.filter(\.isLayered).map(\.name)))
    }
  }
}
