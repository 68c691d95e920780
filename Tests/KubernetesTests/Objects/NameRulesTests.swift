import Testing

@testable import Kubernetes

@Suite struct NameRulesTests {
  @Test(
    "Labels are lower-case, short and end with letters",
    arguments: ["a", "a-b", "0", String(repeating: "a", count: 63)])
  func labels(_ text: String) { #expect(NameRules.labelFault(text) == nil) }

  @Test(
    "Others are told what is wrong",
    arguments: ["", "A", "-a", "a-", "a.b", "a_b", "é", String(repeating: "a", count: 64)])
  func badLabels(_ text: String) { #expect(NameRules.labelFault(text) != nil) }

  @Test("Subdomains are labels with dots between")
  func subdomains() {
    #expect(NameRules.subdomainFault("a.b-c.0") == nil)
    for text in ["", ".", "a..b", ".a", "a.", "a.-b", "A.b", String(repeating: "a.", count: 126) + "aa"] {
      #expect(NameRules.subdomainFault(text) != nil, "\(text)")
    }
  }

  @Test("Keys may have a prefix, values may be empty")
  func keys() {
    #expect(NameRules.labelKeyFault("app.kubernetes.io/Name_1") == nil)
    #expect(NameRules.labelValueFault("") == nil)
    for text in ["", "/a", "a/", "a/b/c", "A/b", "-a", "a b"] {
      #expect(NameRules.labelKeyFault(text) != nil, "\(text)")
    }
  }

  @Test("A fault is one sentence with the name")
  func sentences() throws {
    try NameRules.check(name: "web-1.shop")
    try NameRules.check(namespace: "shop")
    try NameRules.check(labels: ["a/b": "C", "x": ""])
    let name = #expect(throws: KubernetesError.self) { try NameRules.check(name: "Web") }
    #expect(
      name?.message == "'Web' is no name for an object: only lower-case letters, digits, '-' and '.' may stand in it")
    #expect(throws: KubernetesError.self) { try NameRules.check(namespace: "a.b") }
    #expect(throws: KubernetesError.self) { try NameRules.check(labels: ["a": "-"]) }
    #expect(throws: KubernetesError.self) { try NameRules.check(labels: ["/": "a"]) }
  }
}
