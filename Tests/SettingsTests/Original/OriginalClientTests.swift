import TaskModel
import Testing

@testable import Settings

@Suite struct OriginalClientTests {
  static let file = """
    prover_id: prover-1
    upstream: http://10.0.0.1:50055
    poll_interval: 500
    srs_monomial_form: keys/monomial.key
    circuit:
      name: block
      bin: circuits/block
      r1cs: circuits/block.r1cs
      srs_lagrange_form: keys/lagrange.key
    """

  static let own = """
    kinds:
      block:
        prove: [plonkit, prove, -m, "{srs_monomial_form}", -c, "{r1cs}", -w, "{dir}/witness.wtns", -b, "{output}"]
        timeout: 1h
    """

  @Test func theNewFormIsTwoStages() throws {
    try SettingsFolder.with(["client.yaml": Self.file, "muster.yaml": Self.own]) { folder in
      let settings = try WorkerSettings.load(folder.input(client: "client.yaml"))
      #expect(
        settings.mode
          == .original(
            .init(
              proverID: "prover-1", upstream: NetworkAddress(host: "10.0.0.1", port: 50055),
              pollInterval: .milliseconds(500))))
      #expect(settings.slots == 1)
      let kind = try #require(settings.kinds.first)
      #expect(settings.kinds.count == 1)
      #expect(kind.name == "block")
      #expect(kind.timeout == .seconds(3600))
      #expect(
        kind.stages == [
          ["\(folder.path)/circuits/block", "{input}", "{dir}/witness.wtns"],
          [
            "plonkit", "prove", "-m", "\(folder.path)/keys/monomial.key", "-c", "\(folder.path)/circuits/block.r1cs",
            "-w",
            "{dir}/witness.wtns", "-b", "{output}",
          ],
        ])
    }
  }

  @Test func withoutAProveStageTheLinesToAddAreGiven() throws {
    try SettingsFolder.with(["client.yaml": Self.file]) { folder in
      let error = #expect(throws: SettingsError.self) { try WorkerSettings.load(folder.input(client: "client.yaml")) }
      #expect(
        error?.message == """
          client.yaml:6: circuit: nothing says how the circuit 'block' is proved; describe it in muster.yaml beside this file
          Add these lines to muster.yaml:
          kinds:
            block:
              prove: [./prove-block, "{dir}/witness.wtns", "{output}"]
          """)
      try folder.write(
        "muster.yaml", try #require(error?.advice).split(separator: "\n").dropFirst().joined(separator: "\n"))
      #expect(try WorkerSettings.load(folder.input(client: "client.yaml")).kinds.first?.stages.count == 2)
    }
  }

  @Test func theOlderFormNeedsAnExecutor() throws {
    let older = "upstream: http://h\ncircuit: block\nr1cs: a\nsrs_lagrange_form: b\nvk: c.bin"
    try SettingsFolder.with(["client.yaml": older]) { folder in
      let error = #expect(throws: SettingsError.self) { try WorkerSettings.load(folder.input(client: "client.yaml")) }
      #expect(
        error?.advice == """
          Add these lines to muster.yaml:
          kinds:
            block:
              executor: [./prove-block, "{input}", "{output}"]
          """)
      try folder.write("muster.yaml", "kinds: {block: {executor: [./p, '{input}', '{vk}']}}")
      let settings = try WorkerSettings.load(folder.input(client: "client.yaml"))
      #expect(settings.kinds.first?.stages == [["\(folder.path)/p", "{input}", "{vk}"]])
      #expect(settings.kinds.first?.placeholders == ["vk": "\(folder.path)/c.bin"])
      guard case .original(let client) = settings.mode else {
        Issue.record("not an original client")
        return
      }
      // Without a port, http is 80, which is where the cluster's own service listens.
      #expect(client.upstream == NetworkAddress(host: "h", port: 80))
      #expect(client.proverID == nil)
      #expect(client.pollInterval == .seconds(10))
    }
  }

  @Test func aProveStageWithoutWitnessProgramIsSaid() throws {
    let older = "upstream: http://h\ncircuit: block"
    try SettingsFolder.with(["client.yaml": older, "muster.yaml": Self.own]) { folder in
      let error = #expect(throws: SettingsError.self) { try WorkerSettings.load(folder.input(client: "client.yaml")) }
      #expect(error?.problems.first?.text.hasPrefix("client.yaml gives no program for the witness (bin)") == true)
    }
  }

  @Test func variablesOverrideTheFile() throws {
    try SettingsFolder.with(["client.yaml": Self.file, "muster.yaml": Self.own]) { folder in
      let settings = try WorkerSettings.load(
        folder.input(environment: [
          "CLIENT_CONFIG": "client.yaml", "CLIENT_UPSTREAM": "http://cluster-coordinator", "CLIENT_PROVER_ID": "pod-1",
          "CLIENT_POLL_INTERVAL": "1000", "CLIENT_CIRCUIT": "block",
        ]))
      #expect(
        settings.mode
          == .original(
            .init(
              proverID: "pod-1", upstream: NetworkAddress(host: "cluster-coordinator", port: 80),
              pollInterval: .seconds(1))))
      #expect(settings.shown.first { $0.name == "upstream" }?.source == "environment CLIENT_UPSTREAM")
      // Who asks for a Muster coordinator gets one, whatever the image's environment says.
      let muster = try WorkerSettings.load(
        folder.input(flags: ["coordinator": "h"], environment: ["CLIENT_CONFIG": "client.yaml"]))
      #expect(muster.mode == .muster([NetworkAddress(host: "h", port: 50055)]))
    }
  }

  @Test func aConfigMapWithTheUpstreamAloneIsEnoughWithTheVariable() throws {
    try SettingsFolder.with([
      "client.yaml": "upstream: http://cluster-coordinator", "muster.yaml": "kinds: {block: {executor: [p]}}",
    ]) { folder in
      let settings = try WorkerSettings.load(
        folder.input(client: "client.yaml", environment: ["CLIENT_CIRCUIT": "block"]))
      #expect(settings.kinds.map(\.name) == ["block"])
    }
  }

  @Test func anotherCircuitThanTheFileDescribesIsRefused() throws {
    try SettingsFolder.with(["client.yaml": Self.file, "muster.yaml": Self.own]) { folder in
      let error = #expect(throws: SettingsError.self) {
        try WorkerSettings.load(folder.input(client: "client.yaml", environment: ["CLIENT_CIRCUIT": "other"]))
      }
      #expect(
        error?.message
          == "environment CLIENT_CIRCUIT: it names the circuit 'other', but client.yaml:6 describes 'block'; make them agree, "
          + "or unset the variable")
    }
  }

  @Test(arguments: [
    ("circuit: block", "c.yaml: upstream: the coordinator's address is missing; add upstream: http://HOST:50055"),
    ("upstream: http://h", "c.yaml: circuit: what the client proves is missing; add circuit: with name and bin"),
    (
      "upstream: https://h\ncircuit: a",
      "c.yaml:1: upstream: 'https://h' asks for TLS, and the original protocol has none; write http://HOST:PORT"
    ),
    (
      "upstream: http://h/x\ncircuit: a",
      "c.yaml:1: upstream: 'http://h/x' is no address of a coordinator; write http://HOST:PORT, as in http://10.0.0.1:50055"
    ),
    (
      "upstream: http://h\ncircuit: a\npoll_interval: 10s",
      "c.yaml:3: poll_interval: '10s' is not a whole number from 1 to 86400000"
    ),
    ("upstream: http://h\ncircuit: {bin: x}", "c.yaml:2: circuit: name is missing; add name: NAME"),
  ])
  func whatIsWrongIsSaid(text: String, message: String) throws {
    try SettingsFolder.with(["c.yaml": text, "muster.yaml": "kinds: {a: {executor: [x]}}"]) { folder in
      let error = #expect(throws: SettingsError.self) { try WorkerSettings.load(folder.input(client: "c.yaml")) }
      #expect(error?.message == message)
    }
  }

  @Test func placeholdersOfTheProveStageAreChecked() throws {
    let own = "kinds: {block: {prove: [p, '{vk}', '{witnes}', '{inptu}']}}"
    try SettingsFolder.with(["client.yaml": Self.file, "muster.yaml": own]) { folder in
      let error = #expect(throws: SettingsError.self) { try WorkerSettings.load(folder.input(client: "client.yaml")) }
      let said = error?.problems.map(\.text) ?? []
      #expect(said.contains("{vk} is used, but client.yaml gives no vk; add it there"))
      #expect(said.contains("there is no placeholder {inptu}; did you mean {input}?"))
      #expect(said.contains { $0.hasPrefix("there is no placeholder {witnes}; known here are ") })
    }
  }

  @Test func pathsAreSeenFromTheFileAndElseFromTheWorkingDirectory() throws {
    try SettingsFolder.with([
      "etc/client.yaml": Self.file, "etc/muster.yaml": Self.own, "circuits/block.r1cs": "", "etc/circuits/block": "",
    ]) { folder in
      let stages = try WorkerSettings.load(folder.input(client: "etc/client.yaml")).kinds.first?.stages ?? []
      #expect(stages.first?.first == "\(folder.path)/etc/circuits/block")
      #expect(stages.last?.contains("\(folder.path)/circuits/block.r1cs") == true)
      #expect(stages.last?.contains("\(folder.path)/etc/keys/monomial.key") == true)
    }
  }
}
