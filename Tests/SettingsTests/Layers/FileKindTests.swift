import Testing

@testable import Settings

@Suite struct FileKindTests {
  @Test(arguments: [
    ("", FileKind.muster), ("kinds: {}", .muster), ("state: x", .muster), ("nonsense: x", .muster),
    ("port: 1\ndb: x", .originalCoordinator), ("circuits: {}", .originalCoordinator),
    ("upstream: x", .originalClient), ("circuit: block\nr1cs: x", .originalClient),
    ("listen: a\nstate: b\nport: 1", .muster), ("port: 1\nstate: x", .muster),
  ])
  func isToldByItsKeys(text: String, kind: FileKind) throws {
    let list = ProblemList()
    let document = try #require(YAMLDocument.parse(Array(text.utf8), path: "f", problems: list))
    #expect(FileKind.of(document.root) == kind)
  }

  @Test func theWrongCommandNamesTheRightOne() throws {
    try SettingsFolder.with(["client.yaml": "upstream: http://h", "coordinator.yaml": "port: 5", "muster.yaml": ""]) {
      folder in
      func message(_ load: (SettingsInput) throws -> Void, _ input: SettingsInput) -> String? {
        #expect(throws: SettingsError.self) { try load(input) }?.message
      }
      let client = folder.input(config: "client.yaml")
      let coordinator = folder.input(config: "coordinator.yaml")
      #expect(
        message({ _ = try CoordinatorSettings.load($0) }, client)
          == "client.yaml: this is a client.yaml of the original prover cluster; start a worker with it: muster worker run "
          + "--client-config client.yaml")
      #expect(
        message({ _ = try WorkerSettings.load($0) }, coordinator)
          == "coordinator.yaml: this is a coordinator.yaml of the original prover cluster; start a coordinator with it: "
          + "muster coordinator run -c coordinator.yaml")
      #expect(
        message({ _ = try UpSettings.load($0) }, coordinator)
          == "coordinator.yaml: this is a coordinator.yaml of the original prover cluster; start it with: muster "
          + "coordinator run -c coordinator.yaml")
      #expect(
        message({ _ = try WorkerSettings.load($0) }, folder.input(client: "muster.yaml"))
          == "muster.yaml: flag --client-config asks for a client.yaml of the original prover cluster, and this is a Muster file; "
          + "give it with -c")
    }
  }
}
