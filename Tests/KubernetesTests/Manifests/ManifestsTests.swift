import Foundation
import SeededDice
import Testing

@testable import Kubernetes

@Suite struct ManifestsTests {
  private func data(_ yaml: String) throws -> JSONValue? {
    let indented = yaml.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n" + indented.joined(separator: "\n")
    return try Manifests.read(text).first?["data"]
  }

  @Test("Documents are read one after the other, empty ones are skipped")
  func documents() throws {
    let text = """
      # A comment
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: a}
      ---
      ---
      # nothing
      ---
      {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b"}}
      ...
      ---
      null
      """
    #expect(try Manifests.read(text).map(\.name) == ["a", "b"])
    #expect(try Manifests.read("").isEmpty)
    #expect(try Manifests.read("---\n---\n").isEmpty)
  }

  @Test("JSON objects one after the other are read, with JSON's own escapes")
  func json() throws {
    let text = #"{"apiVersion":"v1","kind":"A","x":"\ud83d\ude00\/"}"# + "\n" + #"{"apiVersion":"v1","kind":"B"}"#
    let objects = try Manifests.read(text)
    #expect(objects.map(\.kind) == ["A", "B"])
    #expect(objects[0]["x"] == "😀/")
  }

  @Test("Lists are replaced by their items unless they are wanted")
  func lists() throws {
    let text = """
      apiVersion: v1
      kind: List
      items:
      - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
      - {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
      """
    #expect(try Manifests.read(text).map(\.name) == ["a", "b"])
    #expect(try Manifests.read(text, flattensLists: false).map(\.kind) == ["List"])
  }

  @Test("Items of a typed list get version and kind from it, if they lack one of them")
  func typedLists() throws {
    let text = """
      apiVersion: apps/v1
      kind: DeploymentList
      items:
      - metadata: {name: a}
      - {apiVersion: v1, kind: "", metadata: {name: b}}
      - {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}
      """
    let objects = try Manifests.read(text)
    #expect(objects.map(\.kind) == ["Deployment", "Deployment", "ConfigMap"])
    #expect(objects.map(\.apiVersion) == ["apps/v1", "apps/v1", "v1"])
    for bad in [
      text.replacing("DeploymentList", with: "List"), text.replacing("apiVersion: apps/v1\n", with: ""),
      text.replacing("kind: \"\"", with: "kind: 3"),
    ] {
      let error = #expect(throws: KubernetesError.self) { try Manifests.read(bad) }
      #expect(error?.code == .badManifest)
    }
  }

  /// Printed by kubectl v1.20 for the same text.
  @Test("Blocks, keys, anchors and merges mean what they mean to kubectl")
  func structures() throws {
    let yaml = """
      f01: |
        a
         b

      f02: >
        a
        b

        c
      f03: |-
        x
      f04: "a\\tb\\u00e9\\x41"
      f05: 'it''s'
      f06: [1, 'x', yes]
      f07: {a: 1, 3: 4, 1.5: 5, true: 6, 0x10: 7}
      f08: &x [1, 2]
      f09: *x
      f10: &m {a: 1, b: 2}
      f11:
        <<: *m
        b: 3
      f13:
        <<: [*m, {a: 9, c: 9}]
      f14: {"<<": 1}
      """
    let expected: JSONValue = [
      "f01": "a\n b\n", "f02": "a b\nc\n", "f03": "x", "f04": "a\tbéA", "f05": "it's", "f06": [1, "x", true],
      "f07": ["1.5": 5, "16": 7, "3": 4, "a": 1, "true": 6], "f08": [1, 2], "f09": [1, 2], "f10": ["a": 1, "b": 2],
      "f11": ["a": 1, "b": 3], "f13": ["a": 1, "b": 2, "c": 9], "f14": ["<<": 1],
    ]
    #expect(try data(yaml) == expected)
    // kubectl gives b: 2 here; YAML says that what is written out counts.
    #expect(try data("m: &m {b: 2}\nx:\n  b: 3\n  <<: *m")?["x"] == ["b": 3])
  }

  @Test(
    "What cannot be read is told with file, document and line",
    arguments: [
      ("x: {a: 1, a: 2}", 5), ("x: {~: 1}", 5), ("x: {[a]: 1}", 5), ("x: *u", 5), ("x: &a [*a]", 5), ("x: {<<: 1}", 5),
      ("x: .inf", 5), ("x: !!int foo", 5), ("x: @a", 5), ("a: 1\nx: {1: a, \"1\": b}", 6), ("a: 1\n\tb: 2", 6),
      ("a: [1", 5), ("a: \"x", 5),
    ])
  func errors(_ yaml: String, _ line: Int) {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  " + yaml.replacing("\n", with: "\n  ")
    let error = #expect(throws: KubernetesError.self) {
      try Manifests.read("apiVersion: v1\nkind: X\n---\n" + text, name: "web.yaml")
    }
    #expect(error?.code == .badManifest)
    #expect(error?.message.hasPrefix("web.yaml, document 2, line ") == true)
    #expect((error?.details["line"]).flatMap { Int($0) }.map { (line + 3...line + 4).contains($0) } == true)
  }

  @Test("An object needs a version and a kind", arguments: ["a: 1", "kind: A", "apiVersion: v1\nkind: 3", "[1]", "x"])
  func identity(_ text: String) {
    let error = #expect(throws: KubernetesError.self) { try Manifests.read(text, name: "a.yaml") }
    #expect(error?.message.hasPrefix("a.yaml, document 1, line 1: ") == true)
  }

  @Test("Bombs are refused before they burst")
  func bombs() {
    var lines = ["a0: &a0 [xxxxxxxxxx, xxxxxxxxxx]"]
    for index in 1...40 {
      lines.append("a\(index): &a\(index) [\(Array(repeating: "*a\(index - 1)", count: 9).joined(separator: ", "))]")
    }
    let bomb = lines.joined(separator: "\n")
    let error = #expect(throws: KubernetesError.self) { try Manifests.read("apiVersion: v1\nkind: X\n" + bomb) }
    #expect(error?.message.contains("with its aliases written out") == true)
    // As keys, which some readers hash before they count.
    #expect(throws: KubernetesError.self) { try Manifests.read("{? *a40 : 1}\n" + bomb + "\n? *a40\n: 1") }
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: KubernetesError.self) { try Manifests.read("apiVersion: v1\nkind: X\nx: " + deep) }
    #expect(throws: KubernetesError.self) { try Manifests.read([UInt8](repeating: 0x20, count: Manifests.largest + 1)) }
    #expect(throws: KubernetesError.self) { try Manifests.read([0xFF, 0xFF, 0x3A]) }
  }

  @Test("A file is read, and a missing one is told")
  func files() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let path = try folder.write("a.yaml", "apiVersion: v1\nkind: A")
    #expect(try Manifests.read(file: path).map(\.kind) == ["A"])
    let error = #expect(throws: KubernetesError.self) { try Manifests.read(file: folder.path + "/b.yaml") }
    #expect(error?.message == "the manifest '\(folder.path)/b.yaml' cannot be read: there is no such file")
  }

  @Test("Damaged manifests are refused, or written so that they are read back as the same")
  func fuzz() throws {
    var mutator = Dice(seed: 7)
    let sample = """
      apiVersion: v1
      kind: Pod
      metadata: {name: &n web, labels: {"on": 'yes', n: "1"}}
      spec:
        containers:
        - name: *n
          args: ["a: b", |-
            x]
          env: [{name: A, value: "010"}, {name: B, value: 1e3}]
        text: |
          two
            lines
        <<: {a: ~, b: 0x1f}
      ---
      {apiVersion: v1, kind: A}
      """
    var good = 0
    for _ in 0..<5000 {
      let bytes = mutator.damaged(sample, marks: "{}[]:,-?&*!|>'\"%@#\n \tabn01~<.")
      guard let objects = try? Manifests.read(bytes) else { continue }
      good += 1
      #expect(try Manifests.read(Manifests.yaml(objects)) == objects)
      #expect(try Manifests.read(Manifests.json(objects)) == objects)
    }
    #expect(good > 30)
  }
}
