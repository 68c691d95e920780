import MusterCore
import TaskModel
import Testing

@testable import Settings

@Suite struct OriginalCoordinatorTests {
  static let file = """
    listenaddr: "[::1]"
    port: 50077
    proving_order: latest
    circuits:
      block:
        vk: keys/vk.bin
    """

  static let own = """
    kinds:
      block:
        verifier: [./verify, "{input}", "{result}", "{vk}"]
    """

  @Test func theFileIsTakenWithMustersOwnBesideIt() throws {
    try SettingsFolder.with(["etc/coordinator.yaml": Self.file, "etc/muster.yaml": Self.own]) { folder in
      let settings = try CoordinatorSettings.load(folder.input(config: "etc/coordinator.yaml"))
      #expect(settings.isOriginal)
      #expect(settings.listeners.map(\.description) == ["127.0.0.1:50056/muster", "[::1]:50077/original"])
      var block = KindDefinition(name: "block")
      block.verifier = ["\(folder.path)/etc/verify", "{input}", "{result}", "{vk}"]
      block.placeholders = ["vk": "\(folder.path)/etc/keys/vk.bin"]
      block.order = .latest
      #expect(settings.kinds == [block])
      #expect(
        settings.warnings == [
          "etc/coordinator.yaml:2: listen: the original protocol on [::1]:50077 is not encrypted and lets anyone who reaches "
            + "it take tasks and send results",
          "etc/coordinator.yaml:5: kinds.block.vk: there is no file \(folder.path)/etc/keys/vk.bin",
          "etc/muster.yaml:3: kinds.block.verifier: there is no program \(folder.path)/etc/verify",
        ])
    }
  }

  @Test func aCircuitWithoutVerifierFailsWithTheLinesToAdd() throws {
    try SettingsFolder.with(["coordinator.yaml": Self.file]) { folder in
      let error = #expect(throws: SettingsError.self) {
        try CoordinatorSettings.load(folder.input(config: "coordinator.yaml"))
      }
      #expect(
        error?.message == """
          coordinator.yaml:5: circuits.block: nothing says how results of this circuit are verified; give it a verifier in \
          muster.yaml beside this file
          Add these lines to muster.yaml:
          kinds:
            block:
              verifier: [./verify-block, "{input}", "{result}", "{vk}"]  # exit 0 valid, 1 invalid
          """)
    }
  }

  @Test func theAdvisedLinesAreEnough() throws {
    let two = Self.file + "\n  Other:\n    vk: other.bin\ndb: postgres://u:secret@h/cluster"
    try SettingsFolder.with(["coordinator.yaml": two]) { folder in
      let error = #expect(throws: SettingsError.self) {
        try CoordinatorSettings.load(folder.input(config: "coordinator.yaml"))
      }
      let advice = try #require(error?.advice)
      try folder.write("muster.yaml", advice.split(separator: "\n").dropFirst().joined(separator: "\n"))
      let settings = try CoordinatorSettings.load(folder.input(config: "coordinator.yaml"))
      #expect(settings.kinds.map(\.name) == ["block", "Other"])
      #expect(settings.store.description == "prover-cluster+postgres://u:<redacted>@h/cluster")
      #expect(settings.provingOrder == .latest)
    }
  }

  @Test func adviceFollowsTheFormOfTheFile() throws {
    try SettingsFolder.with(["coordinator.yaml": Self.file, "muster.yaml": "kinds:\n  - name: other"]) { folder in
      let error = #expect(throws: SettingsError.self) {
        try CoordinatorSettings.load(folder.input(config: "coordinator.yaml"))
      }
      #expect(
        error?.advice == """
          Add these lines to muster.yaml (below the kinds: that it has):
          kinds:
            - name: block
              verifier: [./verify-block, "{input}", "{result}", "{vk}"]  # exit 0 valid, 1 invalid
          """)
    }
  }

  @Test func verifierNoneIsAnAnswer() throws {
    try SettingsFolder.with(["coordinator.yaml": Self.file, "muster.yaml": "kinds: {BLOCK: {verifier: none}}"]) {
      folder in
      let kinds = try CoordinatorSettings.load(folder.input(config: "coordinator.yaml")).kinds
      // Names do not depend on case, and the original file's spelling is that of its tasks.
      #expect(kinds.map(\.name) == ["block"])
      #expect(kinds.first?.acceptsUnverified == true)
    }
  }

  @Test func variablesOverrideTheFile() throws {
    try SettingsFolder.with(["coordinator.yaml": Self.file, "muster.yaml": Self.own]) { folder in
      let settings = try CoordinatorSettings.load(
        folder.input(environment: [
          "COORDINATOR_CONFIG": "coordinator.yaml", "COORDINATOR_PORT": "60001", "COORDINATOR_LISTENADDR": "0.0.0.0",
          "COORDINATOR_PROVING_ORDER": "oldest",
        ]))
      #expect(settings.listeners.last?.description == "0.0.0.0:60001/original")
      #expect(settings.kinds.first?.order == .oldest)
      let listen = settings.shown.filter { $0.name == "listen" }
      #expect(listen.map(\.source) == ["default", "environment COORDINATOR_PORT"])
    }
  }

  @Test func variablesAloneAreConsent() throws {
    try SettingsFolder.with { folder in
      let settings = try CoordinatorSettings.load(folder.input(environment: ["COORDINATOR_PORT": "60001"]))
      #expect(settings.isOriginal)
      #expect(settings.listeners.map(\.description) == ["127.0.0.1:50056/muster", "[::1]:60001/original"])
      // A file that was named says all.
      try folder.write("muster.yaml", "state: x")
      let named = try CoordinatorSettings.load(
        folder.input(config: "muster.yaml", environment: ["COORDINATOR_PORT": "60001"]))
      #expect(!named.isOriginal)
    }
  }

  @Test func thePortThatKubernetesSetsIsExplained() throws {
    try SettingsFolder.with { folder in
      let error = #expect(throws: SettingsError.self) {
        try CoordinatorSettings.load(folder.input(environment: ["COORDINATOR_PORT": "tcp://10.0.0.1:50055"]))
      }
      #expect(
        error?.message
          == "environment COORDINATOR_PORT: 'tcp://10.0.0.1:50055' is what Kubernetes sets for a service named coordinator, "
          + "not a port; rename the service, or set enableServiceLinks: false in the pod")
    }
  }

  @Test(arguments: [
    ("port: 0", "port: '0' is not a whole number from 1 to 65535"),
    (
      "listenaddr: 'a:1'",
      "listenaddr: 'a:1' is no host; give a name or an address, such as 0.0.0.0 or [::1]; the port is a key of its own"
    ),
    ("proving_order: priority", "proving_order: 'priority' is not possible here; give oldest or latest"),
    (
      "circuits: {a b: {vk: x}}",
      "circuits.a b: 'a b' cannot be a kind's name: give 1 to 128 characters of A-Z a-z 0-9 . _ -, beginning with a letter or a digit"
    ),
    ("circuits: [a]", "circuits: a mapping (key: value) is expected here"),
  ])
  func whatIsWrongIsSaid(line: String, message: String) throws {
    try SettingsFolder.with(["c.yaml": "db:\n\(line)"]) { folder in
      let error = #expect(throws: SettingsError.self) { try CoordinatorSettings.load(folder.input(config: "c.yaml")) }
      #expect(error?.problems.map(\.description).contains("c.yaml:2: \(message)") == true, "\(error?.message ?? "")")
    }
  }

  @Test(arguments: ["::1", "[::1]", "0.0.0.0", "localhost"]) func hostsAreTakenAsPeopleWriteThem(host: String) throws {
    try SettingsFolder.with(["c.yaml": "listenaddr: '\(host)'\nport: 5"]) { folder in
      let settings = try CoordinatorSettings.load(folder.input(config: "c.yaml"))
      #expect(settings.listeners.last?.address.port == 5)
      #expect(settings.listeners.last?.address.host == host.filter { !"[]".contains($0) })
    }
  }

  @Test func keysThatMusterDoesNotKnowAreSaidAndNotRefused() throws {
    try SettingsFolder.with(["c.yaml": "port: 5\nlisten_web: x"]) { folder in
      let settings = try CoordinatorSettings.load(folder.input(config: "c.yaml"))
      #expect(settings.warnings.contains("c.yaml:2: listen_web: the key is not known and has no effect"))
    }
  }

  @Test func theSamePortTwiceIsRefused() throws {
    try SettingsFolder.with(["c.yaml": "port: 50056\nlistenaddr: 127.0.0.1"]) { folder in
      let error = #expect(throws: SettingsError.self) { try CoordinatorSettings.load(folder.input(config: "c.yaml")) }
      #expect(
        error?.message
          == "c.yaml:1: listen: 127.0.0.1:50056 and 127.0.0.1:50056 are the same port; give one of them another")
    }
  }

  @Test func rustLogSetsTheLevelOfAnOriginalCoordinatorOnly() throws {
    try SettingsFolder.with([".env": "RUST_LOG=sqlx=warn, debug"]) { folder in
      #expect(try CoordinatorSettings.load(folder.input()).log.level == .info)
      try folder.write("c.yaml", "port: 5")
      let settings = try CoordinatorSettings.load(folder.input(config: "c.yaml"))
      #expect(settings.log.level == .debug)
      #expect(settings.shown.first { $0.name == "logLevel" }?.source == "file .env RUST_LOG")
      let flagged = try CoordinatorSettings.load(folder.input(config: "c.yaml", flags: ["logLevel": "error"]))
      #expect(flagged.log.level == .error)
    }
  }
}
