import Testing

@testable import Settings

@Suite struct TopSettingsTests {
  @Test func nothingSaidMeansDefaults() throws {
    try SettingsFolder.with { folder in
      let settings = try CoordinatorSettings.load(folder.input())
      #expect(settings.listeners.map(\.description) == ["127.0.0.1:50055/muster"])
      #expect(settings.http?.description == "127.0.0.1:8055")
      #expect(settings.state == "\(folder.path)/.muster")
      #expect(settings.store == .sqlite(path: "\(folder.path)/.muster/muster.db"))
      #expect(settings.heartbeat == .seconds(5))
      #expect(settings.verifySlots == 4)
      #expect(settings.maxInput == 16 << 20)
      #expect(settings.maxResult == 64 << 20)
      #expect(settings.compatMaxMessage == 4 << 20)
      #expect(settings.keep == .seconds(604_800))
      #expect(settings.kinds.isEmpty)
      #expect(settings.log.format == .text && settings.log.level == .info)
      #expect(settings.warnings.isEmpty)
      #expect(!settings.isOriginal)
      #expect(settings.shown.allSatisfy { $0.source == "default" })
    }
  }

  @Test func everyKeyIsTaken() throws {
    try SettingsFolder.with([
      "etc/muster.yaml": """
      listen:
        - {address: "127.0.0.1:6000", protocols: [muster, original]}
        - 127.0.0.1:6001
      http: none
      state: var
      store: sqlite:tasks.db
      heartbeat: 1s
      verifySlots: 3
      maxInput: 1MiB
      maxResult: 2MiB
      compatMaxMessage: 3MiB
      keep: 1d
      workers: 2
      name: w1
      coordinator: "a:1,b:2"
      slots: 5
      memory: 4GiB
      gpus: 1
      logFormat: json
      logLevel: debug
      kinds:
      """
    ]) { folder in
      let input = folder.input(config: "etc/muster.yaml")
      let settings = try CoordinatorSettings.load(input)
      #expect(settings.listeners.map(\.description) == ["127.0.0.1:6000/muster+original", "127.0.0.1:6001/muster"])
      #expect(settings.http == nil)
      #expect(settings.state == "\(folder.path)/etc/var")
      #expect(settings.store == .sqlite(path: "\(folder.path)/etc/tasks.db"))
      #expect(settings.heartbeat == .seconds(1))
      #expect(settings.verifySlots == 3)
      #expect(settings.maxInput == 1 << 20 && settings.maxResult == 2 << 20 && settings.compatMaxMessage == 3 << 20)
      #expect(settings.keep == .seconds(86_400))
      #expect(settings.log.format == .json && settings.log.level == .debug)
      let worker = try WorkerSettings.load(input)
      #expect(worker.mode == .muster([NetworkAddress(host: "a", port: 1), NetworkAddress(host: "b", port: 2)]))
      #expect(worker.name == "w1" && worker.slots == 5 && worker.memory == 4 << 30 && worker.gpus == 1)
      let both = try UpSettings.load(input)
      #expect(both.workers == 2 && both.slots == 5 && both.memory == 4 << 30 && both.gpus == 1)
    }
  }

  @Test(arguments: [
    ("heartbeat: 5x", "there is no unit 'x'"), ("heartbeat: 10ms", "'10ms' is out of range: give 100ms to 10m"),
    ("verifySlots: 0", "'0' is not a whole number from 1 to 4096"), ("verifySlots: 1.5", "'1.5' is not a whole number"),
    ("maxInput: 5", "'5' is out of range: give 1KiB to 1GiB"), ("maxResult: 2GiB", "'2GiB' is out of range"),
    ("compatMaxMessage: many", "'many' is not a size"), ("keep: -1d", "'-1d' is not a duration"),
    ("workers: 1001", "'1001' is not a whole number from 0 to 1000"), ("slots: 0", "from 1 to 65535"),
    ("memory: 1KiB", "'1KiB' is out of range: give 1MiB to 1024TiB"), ("gpus: -1", "from 0 to 1024"),
    ("name: a/b", "'a/b' cannot be a name: give 1 to 128 characters"),
    ("coordinator: ':1'", "':1' is no address; give HOST:PORT, such as 127.0.0.1:50055"),
    ("logFormat: xml", "'xml' is not possible here; give text or json"),
    ("logLevel: warn", "give one of trace, debug, info, notice, warning, error, critical"),
    ("http: 8055", "'8055' has no port"), ("http: 127.0.0.1:99999", "is not a number from 0 to 65535"),
    ("state: ''", "the value is empty"), ("state:", "the value is missing; give one, or remove the line"),
    ("state: [a]", "one value is expected here, not a list or a mapping"),
    (
      "store: mysql://u:pw@h/d",
      "'mysql://u:<redacted>@h/d' is no store; give sqlite:PATH, postgres://USER@HOST/DATABASE"
    ),
    ("advertise: 0.0.0.0:5", "'0.0.0.0:5' is nothing that others could connect to"), ("advertise: host", "has no port"),
    ("advertise: 'host:0'", "is nothing that others could connect to"),
    ("store: 'sqlite:'", "names no file"), ("store: 'sqlite::memory:'", "would keep nothing"),
    ("kinds: 5", "a mapping of names to kinds, or a list of kinds with a name, is expected here"),
  ])
  func aWrongValueIsSaidWithItsPlace(line: String, reason: String) throws {
    let said = try problems("# a comment\n\(line)")
    try #require(said.count == 1)
    let key = line.prefix { $0 != ":" }
    #expect(said[0].hasPrefix("muster.yaml:2: \(key): "))
    #expect(said[0].contains(reason), "\(said[0])")
  }

  @Test(arguments: [
    ("hartbeat: 5s", "muster.yaml:1: hartbeat: there is no such key; did you mean 'heartbeat'?"),
    ("Heartbeat: 5s", "muster.yaml:1: Heartbeat: there is no such key; did you mean 'heartbeat'?"),
    ("max-input: 5", "muster.yaml:1: max-input: there is no such key; did you mean 'maxInput'?"),
    (
      "state: a\nport: 50055",
      "muster.yaml:2: port: there is no such key; that is a key of the original coordinator.yaml; here write listen"
    ),
  ])
  func anUnknownKeyNamesTheClosest(yaml: String, message: String) throws {
    #expect(try problems(yaml) == [message])
  }

  @Test func anUnknownKeyLikeNoOtherListsAll() throws {
    let said = try problems("zzzzzz: 1")
    #expect(said.count == 1)
    #expect(
      said[0].hasPrefix(
        "muster.yaml:1: zzzzzz: there is no such key; possible here: listen, http, advertise, insecure, "))
  }

  @Test func allProblemsComeAtOnceInTheOrderOfTheLines() throws {
    let said = try problems(
      """
      heartbeat: fast
      kinds:
        a: {executor: run me, timeot: 5s}
      keep: forever
      """)
    #expect(
      said.map { String($0.prefix(14)) } == ["muster.yaml:1:", "muster.yaml:3:", "muster.yaml:3:", "muster.yaml:4:"])
  }
}
