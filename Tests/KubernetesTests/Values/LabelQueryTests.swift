import SeededDice
import Testing

@testable import Kubernetes

@Suite struct LabelQueryTests {
  static let labels = ["a": "b", "c": "d", "n": "5", "e": ""]

  @Test(
    "The text form means and prints what it does on the API server",
    arguments: [
      ("", "", true), ("a=b", "a=b", true), ("a==b", "a=b", true), ("a!=b", "a!=b", false),
      ("a = b , c!=x", "a=b,c!=x", true), ("a in (b,c)", "a in (b,c)", true),
      ("a in (b, c),c in (d)", "a in (b,c),c=d", true), ("z notin (x,y)", "z notin (x,y)", true), ("!z", "!z", true),
      ("!a", "!a", false), ("a", "a", true), ("c,a", "a,c", true), ("n>3", "n>3", true), ("n>7", "n>7", false),
      ("n<7", "n<7", true), ("n<5", "n<5", false), ("a in ()", "a=", false), ("a in (b,)", "a in (,b)", true),
      ("a=", "a=", false), ("e=", "e=", true), ("a!=", "a!=", true), ("x=,a", "a,x=", false), ("a in(b)", "a=b", true),
      ("in", "in", false), ("in in (in)", "in=in", false), ("a notin (b)", "a!=b", false),
      ("x.y/z=1", "x.y/z=1", false), ("a=b,a=c", "a=b,a=c", false), ("z in (),a", "a,z=", false),
      ("a in (b,b)", "a=b", true), ("a=b_c.d-e", "a=b_c.d-e", false),
    ])
  func parses(_ text: String, _ printed: String, _ matches: Bool) throws {
    let query = try LabelQuery(text)
    #expect(query.description == printed)
    #expect(query.matches(Self.labels) == matches)
    #expect(try LabelQuery(printed) == query)
  }

  @Test(
    "What is no selector is refused with a sentence",
    arguments: [
      ",", "a,", ",a", "a b", "a=b c=d", "a=b=c", "!a=b", "a in b", "(a)", "a>b", "a=-b", "-a=b", "a/b/c=d", "a in (b,",
      "=b", "!", "a!", "a=b,", "n>99999999999999999999",
    ])
  func refuses(_ text: String) {
    #expect(throws: KubernetesError.self) { try LabelQuery(text) }
  }

  @Test("A selector inside an object asks the same")
  func selectors() throws {
    let selector = LabelSelector(
      matchLabels: ["app": "web"],
      matchExpressions: [.init("tier", "In", ["back", "front"]), .init("canary", "DoesNotExist")])
    let query = try selector.query()
    #expect(query.description == "app=web,!canary,tier in (back,front)")
    #expect(query.matches(["app": "web", "tier": "front"]))
    #expect(!query.matches(["app": "web", "tier": "front", "canary": ""]))
    #expect(!query.matches(nil))
    #expect(try LabelSelector().query().matches(nil))
    #expect(throws: KubernetesError.self) { try LabelSelector(matchExpressions: [.init("a", "Near", ["b"])]).query() }
    #expect(throws: KubernetesError.self) { try LabelSelector(matchExpressions: [.init("a", "In", [])]).query() }
  }

  @Test("Damaged selectors are refused, or print what is read back as the same")
  func fuzz() throws {
    var mutator = Dice(seed: 3)
    let samples = ["a=b,c in (d,e),!f", "x.y/z notin (1),n>3", "app==web , tier!=back"]
    for round in 0..<20_000 {
      let bytes = mutator.damaged(samples[round % samples.count], marks: "abin=!(),<>./- \t")
      guard let query = try? LabelQuery(String(decoding: bytes, as: UTF8.self)) else { continue }
      #expect(try LabelQuery(query.description) == query)
    }
  }
}
