import SeededDice
import Testing

@testable import Kubernetes

@Suite struct ManifestWritingTests {
  @Test("YAML is what a person would write")
  func form() throws {
    let object = DynamicObject([
      "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "web", "labels": [:]],
      "data": [
        "on": "yes", "version": "1.0", "date": "2026-11-27", "text": "one\ntwo\n", "empty": "", "number": 3,
        "none": .null,
        "list": [1, "a b", true], "path": "/a/b", "colon": "a: b", "e": [], "octal": "010",
      ],
    ])
    let text = """
      apiVersion: v1
      data:
        colon: 'a: b'
        date: '2026-11-27'
        e: []
        empty: ''
        list:
        - 1
        - a b
        - true
        none: null
        number: 3
        octal: '010'
        'on': 'yes'
        path: /a/b
        text: |
          one
          two
        version: '1.0'
      kind: ConfigMap
      metadata:
        labels: {}
        name: web

      """
    #expect(try Manifests.yaml([object]) == text)
    #expect(try Manifests.yaml([object, object]) == text + "---\n" + text)
  }

  @Test("Strings of all kinds survive, as values and as keys")
  func strings() throws {
    var random = Dice(seed: 8)
    let parts = [
      "a", "B", "1", "0", ":", " ", "\n", "\t", "-", "#", "'", "\"", "\\", "é", "😀", "\u{85}", "\u{2028}", "\u{feff}",
      "\u{a0}", "\r", "{", "[", "*", "&", "!", "|", ">", "%", "@", "~", "?", ",", "yes", "null", "\u{7f}", "\u{1}", "=",
      "e\u{301}", "\u{fffd}", "\u{10ffff}", "---", "...", "<<",
    ]
    for _ in 0..<5000 {
      var text = ""
      for _ in 0..<Int.random(in: 0...6, using: &random) { text += parts.randomElement(using: &random) ?? "" }
      let object = DynamicObject(["apiVersion": "v1", "kind": "A", "v": [.string(text)], "k": [text: 1]])
      let yaml = try Manifests.yaml([object])
      let read = try Manifests.read(yaml)
      #expect(read == [object], "\(text.debugDescription): \(yaml)")
      #expect(read.first?["v", 0]?.string.map { Array($0.utf8) } == Array(text.utf8))
    }
  }

  @Test("Several objects become a list in JSON")
  func json() throws {
    let objects = [DynamicObject(Pod.resource, name: "a"), DynamicObject(Pod.resource, name: "b")]
    #expect(try Manifests.read(Manifests.json(objects)) == objects)
    #expect(Manifests.json([objects[0]]).hasPrefix("{\n    \"apiVersion\": \"v1\",\n    \"kind\": \"Pod\""))
  }
}
