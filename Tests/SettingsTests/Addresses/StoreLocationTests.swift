import Testing

@testable import Settings

@Suite struct StoreLocationTests {
  @Test(arguments: [
    ("postgres://u:canary@h/d", "postgres://u:canary@h/d", "postgres://u:<redacted>@h/d"),
    ("PostgreSQL://h/d", "postgresql://h/d", "postgresql://h/d"), ("postgres://", "postgres://", "postgres://"),
    ("postgres:///d?host=/run/pg", "postgres:///d?host=/run/pg", "postgres:///d?host=/run/pg"),
    (
      "postgres:host=/run/pg dbname=muster password='can ary'", "host=/run/pg dbname=muster password='can ary'",
      "postgres:host=/run/pg dbname=muster password=<redacted>"
    ),
    ("postgresql: user = u password=c\\'anary", "user=u password='c\\'anary'", "postgres:user=u password=<redacted>"),
  ])
  func aDatabaseIsTakenAndShownWithoutItsPassword(text: String, revealed: String, shown: String) throws {
    let store = try StoreLocation.parse(text)
    guard case .postgres(let target) = store else { throw BadValue("\(store)") }
    #expect(target.reveal() == revealed)
    #expect(store.description == shown && target.description == shown)
    #expect(!dumped(store).contains("canary"))

    let outer = try StoreLocation.parse("prover-cluster+" + text)
    #expect(outer == .proverCluster(target) && outer != store)
    #expect(outer.description == "prover-cluster+" + shown)
    #expect(
      try StoreLocation.parse("prover-cluster+postgres:" + text.drop { $0 != ":" }.dropFirst()).target?.reveal() != nil)
  }

  @Test(arguments: [
    "postgres:", "postgres: ", "postgres:muster", "postgres:host", "postgres:host=h canary",
    "postgres:password='canary",
    "postgres:password='canary\\'", "postgres:=canary", "prover-cluster+postgres:canary",
  ]) func whatIsNeitherURLNorWordsIsNotRepeated(text: String) throws {
    let error = #expect(throws: BadValue.self) { try StoreLocation.parse(text) }
    #expect(error?.text.contains("is neither //HOST/DATABASE nor of the form key=value; write for example ") == true)
    #expect(error?.text.contains("canary") == false)
  }

  @Test func theFileAVariableAndAFlagGiveIt() throws {
    let yaml = "store: postgres://u:canary@file/d"
    let file = try coordinator(yaml)
    #expect(file.store.description == "postgres://u:<redacted>@file/d" && file.warnings.isEmpty)
    let variable = try coordinator(yaml, environment: ["MUSTER_STORE": "postgres:host=variable password=canary"])
    #expect(variable.store.description == "postgres:host=variable password=<redacted>" && variable.warnings.isEmpty)
    let flag = try coordinator(yaml, flags: ["store": "prover-cluster+postgres://u@flag/d"])
    #expect(flag.store.description == "prover-cluster+postgres://u@flag/d" && flag.warnings.isEmpty)
    for settings in [file, variable, flag] {
      #expect(settings.shown.first { $0.name == "store" }?.value == settings.store.description)
      #expect(!dumped(settings).contains("canary"))
    }
  }

  @Test(arguments: [
    "postgres://u:canary@h/d", "postgres://h/d?password=canary", "postgres:sslpassword=canary dbname=d",
  ]) func aPasswordInAFlagIsWarnedOf(text: String) throws {
    let settings = try coordinator("keep: 1d", flags: ["store": text])
    #expect(
      settings.warnings == [
        "flag --store: every process of this machine can read a password in --store; give it in MUSTER_STORE, in muster.yaml "
          + "or in a password file"
      ])
  }

  @Test func aSharedStoreMayHaveAnAddressToTell() throws {
    #expect(try coordinator("keep: 1d").advertise == nil)
    let settings = try coordinator("advertise: 'coordinator-1.example:50055'")
    #expect(settings.advertise?.description == "coordinator-1.example:50055")
  }

  private func dumped(_ value: Any) -> String {
    var text = "\(value)\(String(reflecting: value))"
    dump(value, to: &text)
    return text
  }
}
