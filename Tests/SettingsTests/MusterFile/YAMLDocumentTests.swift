import Foundation
import Testing

@testable import Settings

@Suite struct YAMLDocumentTests {
  @Test(arguments: [
    ("a: [1", "muster.yaml:2: this is not valid YAML: did not find expected ',' or ']' while parsing a flow sequence"),
    ("a: b: c", "muster.yaml:1: this is not valid YAML: mapping values are not allowed in this context"),
    ("state: a\nstate: b", "'state' is given twice in one mapping; keep one"),
    ("- a\n- b", "muster.yaml:1: the file must be a YAML mapping of settings (key: value)"),
    ("just text", "muster.yaml:1: the file must be a YAML mapping of settings (key: value)"),
    ("a: 1\n---\nb: 2", "but found another document"), ("a: *nobody", "found undefined alias"),
    ("[a]: 1", "muster.yaml:1: a key must be a word"), ("state: \u{1}", "control characters are not allowed"),
  ])
  func whatIsNoMappingIsRefused(text: String, message: String) throws {
    let said = try problems(text)
    #expect(said.count == 1)
    #expect(said.first?.contains(message) == true, "\(said)")
  }

  @Test(arguments: ["", "\n", "# only a comment\n", "---\n", "~", "{}"]) func anEmptyFileSaysNothing(text: String)
    throws
  {
    #expect(try problems(text) == [])
  }

  @Test func bytesThatAreNoTextAreRefused() {
    let list = ProblemList()
    #expect(YAMLDocument.parse([0x61, 0xFF], path: "f.yaml", problems: list) == nil)
    #expect(list.problems.map(\.description) == ["f.yaml: the file is not UTF-8 text; save it as UTF-8"])
  }

  @Test func aHugeFileIsRefused() {
    let list = ProblemList()
    #expect(YAMLDocument.parse([UInt8](repeating: 0x20, count: 2 << 20), path: "f.yaml", problems: list) == nil)
    #expect(
      list.problems.map(\.description) == [
        "f.yaml: the file is over 1 MiB; settings are smaller: is this the right file?"
      ])
  }

  @Test func deepNestingIsAnErrorAndNotACrash() throws {
    let said = try problems("a: " + String(repeating: "[", count: 100_000))
    #expect(said.count == 1)
  }

  @Test func anchorsWork() throws {
    let settings = try coordinator(
      """
      kinds:
        a: {executor: &program [/bin/true, "{input}"]}
        b: {executor: *program}
      """)
    #expect(settings.kinds.map(\.stages) == [[["/bin/true", "{input}"]], [["/bin/true", "{input}"]]])
  }

  @Test func aMissingFileIsSaid() throws {
    try SettingsFolder.with { folder in
      let error = #expect(throws: SettingsError.self) { try CoordinatorSettings.load(folder.input(config: "no.yaml")) }
      #expect(error?.code == .unreadableFile)
      #expect(
        error?.message == "no.yaml: there is no such file (flag --config names it); give the path of one that exists")
      let byVariable = #expect(throws: SettingsError.self) {
        try CoordinatorSettings.load(folder.input(environment: ["MUSTER_CONFIG": "gone.yaml"]))
      }
      #expect(byVariable?.message.contains("(environment MUSTER_CONFIG names it)") == true)
      let asFolder = #expect(throws: SettingsError.self) { try CoordinatorSettings.load(folder.input(config: ".")) }
      #expect(asFolder?.message == ".: the file cannot be read (flag --config names it): Is a directory")
    }
  }

  @Test func detailsNameFileLineAndCount() throws {
    let error = #expect(throws: SettingsError.self) { try coordinator("\nheartbeat: x\nslots: 0") }
    #expect(error?.details == ["file": "muster.yaml", "line": "2", "problems": "2"])
    #expect(error?.codeName == "bad_settings")
  }
}
