import Kubernetes
import Testing

@testable import WorkerDeployment

/// The two files of the ConfigMap.
@Suite struct FilesTests {
  private func client(_ given: String?, circuit: String = "block") throws -> String {
    try ClientFile(given, upstream: "http://cluster-coordinator", circuit: circuit).text
  }

  @Test("Without a client.yaml there is the least that a client reads")
  func least() throws {
    #expect(try client(nil) == "upstream: http://cluster-coordinator\ncircuit: block\n")
    #expect(try client(" \n") == "upstream: http://cluster-coordinator\ncircuit: block\n")
    #expect(try client(nil, circuit: "on") == "upstream: http://cluster-coordinator\ncircuit: 'on'\n")
  }

  @Test(
    "Of upstream only ours is left, and the rest stays as it was written",
    arguments: [
      ("upstream: http://a:1\ncircuit: block", "circuit: block\n"),
      (
        "a: 1 # x\nupstream:\n  http://a:1\n# of b\nb: 2\ncircuit: {name: block}\n",
        "a: 1 # x\n# of b\nb: 2\ncircuit: {name: block}\n"
      ),
      (
        "circuit:\n  name: Block\n  upstream: inner\nupstream: http://a:1\n",
        "circuit:\n  name: Block\n  upstream: inner\n"
      ),
      ("poll_interval: 5", "poll_interval: 5\ncircuit: block\n"),
      ("upstream: >\n  folded\n\n  text\ncircuit: block\n", "\ncircuit: block\n"),
    ])
  func upstream(given: String, rest: String) throws {
    #expect(try client(given) == "upstream: http://cluster-coordinator\n" + rest)
  }

  @Test(
    "What cannot be used is refused in a sentence",
    arguments: [
      ("{upstream: a, circuit: block}", "one a line"), ("---\ncircuit: block", "'---'"), ("- a", "no keys"),
      ("a: [", "no YAML"), ("a: 1\na: 2", "no YAML"), ("circuit: other", "CIRCUIT"),
      ("circuit: {name: other}", "CIRCUIT"),
      (String(repeating: "#", count: 600_000), "bytes"),
    ])
  func refused(given: String, words: String) {
    let error = #expect(throws: WorkerDeploymentError.self) { try client(given) }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("\n") == false)
  }

  @Test("The workers' muster.yaml stays as it is, and its kinds are known in both forms")
  func workers() throws {
    #expect(try WorkerFile("kinds:\n  a: {}\n  b: {}").kinds == ["a", "b"])
    #expect(try WorkerFile("kinds:\n- name: a\n- {executor: [x]}\n").kinds == ["a"])
    #expect(try WorkerFile("slots: 2").kinds == [])
    #expect(try WorkerFile("# c\nslots: 2").text == "# c\nslots: 2\n")
    #expect(try WorkerFile(nil).kinds == [])
    #expect(throws: WorkerDeploymentError.self) { try WorkerFile("kinds: [") }
    #expect(throws: WorkerDeploymentError.self) { try WorkerFile("") }
  }

  @Test("Damaged files are refused or taken, and what comes out reads back with our upstream alone")
  func fuzz() throws {
    let seeds = [
      "upstream: http://a:1\ncircuit:\n  name: block\n  bin: x\n# c\nprover_id: p\n", "kinds:\n  a: {executor: [x]}\n",
      "a: &x 1\nb: *x\nupstream: |\n  z\n", "? a\n: b\n? upstream\n: c\n", "\"upstream\": 'x'\ncircuit: block\n",
    ]
    let pieces = [
      "\n", ":", " ", "-", "#", "'", "\"", "{", "}", "upstream", "circuit", "\t", "|", ">", "&", "*", "!", "\u{0}", "é",
      "\r\n",
    ]
    var random = SystemRandomNumberGenerator()
    for _ in 0..<4000 {
      var text = Array((seeds.randomElement(using: &random) ?? "").unicodeScalars)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0...text.count, using: &random)
        if Bool.random(using: &random), place < text.count {
          text.remove(at: place)
        } else {
          text.insert(contentsOf: (pieces.randomElement(using: &random) ?? "").unicodeScalars, at: place)
        }
      }
      let given = String(String.UnicodeScalarView(text))
      _ = try? WorkerFile(given)
      guard let made = try? client(given) else { continue }
      let root = try? TopLevel.mapping(of: made, name: "made")
      #expect(root?["upstream"]?.scalar?.string == "http://cluster-coordinator", "\(given.debugDescription)")
    }
  }
}
