import Testing

@testable import Settings

@Suite struct ListenerTests {
  @Test(arguments: [
    ("listen: 127.0.0.1:1", ["127.0.0.1:1/muster"]), ("listen: '[::1]:1/original'", ["[::1]:1/original"]),
    ("listen: [127.0.0.1:1, '127.0.0.1:2/muster+original']", ["127.0.0.1:1/muster", "127.0.0.1:2/muster+original"]),
    ("listen: '127.0.0.1:1, 127.0.0.1:2'", ["127.0.0.1:1/muster", "127.0.0.1:2/muster"]),
    ("listen: [{address: 'localhost:0', protocols: original}]", ["localhost:0/original"]),
    ("listen: ['127.0.0.1:0', '127.0.0.1:0']", ["127.0.0.1:0/muster", "127.0.0.1:0/muster"]),
  ])
  func takesAllForms(yaml: String, listeners: [String]) throws {
    #expect(try coordinator(yaml).listeners.map(\.description) == listeners)
  }

  @Test(arguments: [
    ("listen: []", "muster.yaml:1: listen: the list is empty; give an address, or remove the key"),
    ("listen: [{}]", "muster.yaml:1: listen[0]: address is missing; add address: HOST:PORT"),
    ("listen:\n  - ~", "muster.yaml:2: listen[0]: the value is missing; give one, or remove the line"),
    (
      "listen: 50055",
      "muster.yaml:1: listen: '50055' has no port; give HOST:PORT, such as 127.0.0.1:50055, 0.0.0.0:50055 or [::1]:50055"
    ),
    (
      "listen: '::1:50055'",
      "muster.yaml:1: listen: '::1:50055' has several colons: an IPv6 address stands in brackets, as in [::1]:50055"
    ),
    (
      "listen: myhost:50055",
      "muster.yaml:1: listen: 'myhost' is a name, and a listener takes an address of this machine; give for example "
        + "0.0.0.0:50055 or 127.0.0.1:50055"
    ),
    ("listen: 127.0.0.1:1/grpc", "muster.yaml:1: listen: 'grpc' is no protocol; give muster, original or both"),
    (
      "listen:\n  - address: 127.0.0.1:1\n    protocols: []",
      "muster.yaml:3: listen[0].protocols: no protocol is given; give muster, original or both"
    ),
    (
      "listen:\n  - address: 127.0.0.1:1\n    protocol: [muster]",
      "muster.yaml:3: listen[0].protocol: there is no such key; did you mean 'protocols'?"
    ),
    (
      "listen:\n  - address: 127.0.0.1:1\n    tls: {}",
      "muster.yaml:3: listen[0].tls: one value is expected here, not a list or a mapping"
    ),
    (
      "insecure: true\nlisten: [127.0.0.1:1, 0.0.0.0:1]",
      "muster.yaml:2: listen: 0.0.0.0:1 and 127.0.0.1:1 are the same port; give one of them another"
    ),
  ])
  func whatIsWrongIsSaid(yaml: String, message: String) throws {
    #expect(try problems(yaml) == [message])
  }

  @Test func whatOthersCanReachIsSaid() throws {
    #expect(
      try coordinator("insecure: true\nlisten: 0.0.0.0:50055").warnings == [
        "muster.yaml:2: listen: INSECURE: 0.0.0.0:50055 is neither encrypted nor does it ask who calls: whoever reaches it "
          + "may submit, take and cancel tasks"
      ])
    #expect(
      try coordinator("listen: 10.0.0.1:50055/original").warnings == [
        "muster.yaml:1: listen: the original protocol on 10.0.0.1:50055 is not encrypted and lets anyone who reaches it "
          + "take tasks and send results; bound it with 'allow' under 'listen'"
      ])
    #expect(try coordinator("listen: 127.0.0.1:50055/muster+original").warnings == [])
  }

  @Test func withoutACertificateOthersReachNothingUnlessItIsSpelledOut() throws {
    let refusal =
      "0.0.0.0:50055 would be neither encrypted nor ask who calls; run 'muster coordinator init' once, or say --insecure "
      + "in a network where everybody may do everything"
    #expect(try problems("listen: 0.0.0.0:50055") == ["muster.yaml:1: listen: \(refusal)"])
    // A listener may be opened on its own, in so many words.
    #expect(
      try coordinator("listen: [{address: '0.0.0.0:50055', tls: false}]").listeners.map(\.description)
        == ["0.0.0.0:50055/muster"])
    #expect(
      try coordinator("listen: '0.0.0.0:50055/plaintext'").listeners.map(\.description) == ["0.0.0.0:50055/muster"])
    #expect(
      try problems("listen: 127.0.0.1:50055/tls") == [
        "muster.yaml:1: listen: 127.0.0.1:50055 is to speak TLS, and there is no certificate; make one with: muster "
          + "coordinator init"
      ])
    #expect(
      try problems("listen: 127.0.0.1:1/tls+plaintext")
        == ["muster.yaml:1: listen: '127.0.0.1:1/tls+plaintext' says both tls and plaintext; give one of them"])
  }

  @Test func withACertificateTLSIsWhatIsMeant() throws {
    try SettingsFolder.with([
      ".muster/trust/server.pem": "x", "muster.yaml": "listen: [0.0.0.0:1, 127.0.0.1:2]\nhttp: 0.0.0.0:3",
    ]) { folder in
      let settings = try CoordinatorSettings.load(folder.input())
      #expect(settings.listeners.map(\.description) == ["0.0.0.0:1/muster+tls", "127.0.0.1:2/muster+tls"])
      #expect(settings.httpIsGuarded)
      #expect(settings.warnings == [])
      // `muster up` needs no set-up, and none of its users a certificate, on loopback.
      #expect(
        try UpSettings.load(folder.input()).coordinator.listeners.map(\.description)
          == ["0.0.0.0:1/muster+tls", "127.0.0.1:2/muster+original"])
    }
  }

  @Test func insecureAloneStaysOnLoopback() throws {
    try SettingsFolder.with([".muster/trust/server.pem": "x", "muster.yaml": "listen: 0.0.0.0:1"]) { folder in
      var input = folder.input()
      input.flags = ["insecure": "true"]
      let settings = try CoordinatorSettings.load(input)
      #expect(settings.listeners.map(\.description) == ["127.0.0.1:1/muster"])
      #expect(settings.warnings.count == 2)
      #expect(settings.warnings.contains { $0.contains("spell it out with --listen") })
      input.flags = ["insecure": "true", "listen": "0.0.0.0:1"]
      let open = try CoordinatorSettings.load(input)
      #expect(open.listeners.map(\.description) == ["0.0.0.0:1/muster"])
      #expect(open.warnings.contains { $0.contains("INSECURE: 0.0.0.0:1") })
    }
  }

  @Test func aListenerCanBeBounded() throws {
    let settings = try coordinator(
      "listen: [{address: '127.0.0.1:1', protocols: original, allow: [10.0.0.0/8, '::1'], kinds: [a]}]")
    #expect(settings.listeners.first?.allow.map(\.description) == ["10.0.0.0/8", "::1"])
    #expect(settings.listeners.first?.originalKinds == ["a"])
    #expect(
      try problems("listen: [{address: '127.0.0.1:1', allow: [10.0.0.0/33]}]") == [
        "muster.yaml:1: listen[0].allow: '10.0.0.0/33' is no range of addresses; give one such as 10.0.0.0/8, fd00::/64 or "
          + "10.0.0.7"
      ])
  }

  @Test func limitsAreReadAndChecked() throws {
    let settings = try coordinator("limits: {maxBacklog: 5, maxBacklogSize: 1MiB, slowReader: 5s}")
    #expect(settings.limits.maxBacklog == 5)
    #expect(settings.limits.maxBacklogSize == 1 << 20)
    #expect(settings.limits.slowReader == .seconds(5))
    #expect(settings.limits.maxStreams == 2000)
    #expect(settings.shown.contains { $0.name == "limits.maxBacklog" && $0.source == "muster.yaml:1" })
    #expect(
      try problems("limits: {maxStream: 5}")
        == ["muster.yaml:1: limits.maxStream: there is no such key; did you mean 'maxStreams'?"])
  }
}
