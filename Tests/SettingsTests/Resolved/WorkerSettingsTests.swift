import TaskModel
import Testing

@testable import Settings

@Suite struct WorkerSettingsTests {
  static let yaml = """
    listen: 0.0.0.0:6000
    kinds:
      a: {executor: [p], verifier: [v, "{result}"]}
      b: {verifier: none}
      c: {stages: [[p], [q]]}
    """

  @Test func onlyExecutorsAreTakenAndNeverVerifiers() throws {
    try SettingsFolder.with(["muster.yaml": Self.yaml]) { folder in
      let settings = try WorkerSettings.load(folder.input())
      #expect(settings.kinds.map(\.name) == ["a", "c"])
      #expect(settings.kinds.allSatisfy { $0.verifier == nil && !$0.acceptsUnverified })
      #expect(settings.slots == 8 && settings.memory == nil && settings.gpus == 0 && settings.name == nil)
      // A file that says where a coordinator listens says where to find it.
      #expect(settings.mode == .muster([NetworkAddress(host: "127.0.0.1", port: 6000)]))
      #expect(settings.shown.first { $0.name == "coordinator" }?.source == "muster.yaml:1")
      #expect(
        try ConnectionSettings.load(folder.input()).coordinator == [NetworkAddress(host: "127.0.0.1", port: 6000)])
    }
  }

  @Test func kindsCanBeChosen() throws {
    try SettingsFolder.with(["muster.yaml": Self.yaml]) { folder in
      var settings = try WorkerSettings.load(folder.input())
      try settings.keepKinds(["c"])
      #expect(settings.kinds.map(\.name) == ["c"])
      #expect(settings.shown.allSatisfy { !$0.name.hasPrefix("kinds.a") })
      let error = #expect(throws: SettingsError.self) { try settings.keepKinds(["c", "zzz"]) }
      #expect(error?.message == "flag --kinds: no kind 'zzz' has an executor here; those that have are c")
    }
  }

  @Test func withoutAFileThereAreDefaults() throws {
    try SettingsFolder.with { folder in
      let settings = try WorkerSettings.load(folder.input())
      #expect(settings.mode == .muster([NetworkAddress(host: "127.0.0.1", port: 50055)]))
      #expect(settings.kinds.isEmpty)
      #expect(settings.state == "\(folder.path)/.muster")
    }
  }

  @Test func aMissingProgramIsSaid() throws {
    try SettingsFolder.with([
      "muster.yaml": "kinds:\n  a:\n    executor: [./p, '{x}']\n    placeholders: {x: y, z: unused}"
    ]) { folder in
      #expect(
        try WorkerSettings.load(folder.input()).warnings == [
          "muster.yaml:3: kinds.a.executor: there is no program \(folder.path)/p",
          "muster.yaml:4: kinds.a.placeholders: there is no file \(folder.path)/y",
        ])
      // A coordinator does not run executors.
      #expect(try CoordinatorSettings.load(folder.input()).warnings == [])
      try folder.write("p", "")
      try folder.write("y", "")
      #expect(try WorkerSettings.load(folder.input()).warnings == [])
    }
  }

  @Test func aCommandNeedsNoFileIfItIsTold() throws {
    try SettingsFolder.with(["muster.yaml": "broken: [", "ok.yaml": "coordinator: h:1"]) { folder in
      let told = try ConnectionSettings.load(folder.input(flags: ["coordinator": "x:1,[::1]"]))
      #expect(told.coordinator == [NetworkAddress(host: "x", port: 1), NetworkAddress(host: "::1", port: 50055)])
      #expect(
        try ConnectionSettings.load(folder.input(environment: ["MUSTER_COORDINATOR": "y"])).coordinator == [
          NetworkAddress(host: "y", port: 50055)
        ])
      #expect(try ConnectionSettings.load(folder.input(config: "ok.yaml")).coordinator.map(\.description) == ["h:1"])
      #expect(throws: SettingsError.self) { try ConnectionSettings.load(folder.input()) }
    }
  }

  @Test func filesOfThePodAreSeenFromWhereTheyAreNamed() throws {
    try SettingsFolder.with(["muster.yaml": "readyFile: run/ready\nstate: s\n"]) { folder in
      let settings = try WorkerSettings.load(
        folder.input(environment: ["MUSTER_JOIN_TOKEN_FILE": "/token", "MUSTER_DRAIN_TIMEOUT": "20s"]))
      #expect(settings.readyFile == "\(folder.path)/run/ready" && settings.drainTimeout == .seconds(20))
      #expect(
        settings.joining == WorkerSettings.Joining(tokenFile: "/token", folder: "\(folder.path)/s/identity"))
      // There is none yet.
      #expect(settings.identity == nil)
      let none = try WorkerSettings.load(folder.input())
      #expect(none.joining == nil && none.drainTimeout == .seconds(300))
    }
  }

  @Test func aTokenIsOfNoUseWithoutACertificate() throws {
    try SettingsFolder.with(["muster.yaml": ""]) { folder in
      let flags = ["joinTokenFile": "/token"]
      let error = #expect(throws: SettingsError.self) {
        try WorkerSettings.load(folder.input(flags: flags.merging(["identity": "none"]) { $1 }))
      }
      #expect(error?.message.contains("identity 'none' says that none is shown") == true, "\(error?.message ?? "")")
    }
  }
}
