import Testing

@testable import Inventory

@Suite struct YamlScalarTests {
  @Test(
    "plain scalars mean what they mean to Ansible, whose YAML is 1.1",
    arguments: [
      ("yes", "true"), ("Off", "false"), ("TRUE", "true"), ("tRue", #""tRue""#), ("y", #""y""#), ("~", "null"),
      ("", "null"),
      ("1", "1"), ("0644", "420"), ("08", #""08""#), ("0x1f", "31"), ("0b11", "3"), ("0o17", #""0o17""#),
      ("1_000", "1000"),
      ("+5", "5"), ("1:30", "90"), ("1:60", #""1:60""#), ("190:20:30", "685230"), ("1.5", "1.5"), ("1e3", #""1e3""#),
      ("1.0e+3", "1000.0"), ("1.", "1.0"), (".5", "0.5"), ("-.5", #""-.5""#), ("1.2.3", #""1.2.3""#),
      ("1:30.5", "90.5"),
      ("2026-01-02", #""2026-01-02""#), (".inf", #""inf""#), ("-.INF", #""-inf""#), (".nan", #""nan""#),
      ("12345678901234567890", "12345678901234567890"),
      ("-", #""-""#), ("+", #""+""#), (".", #"".""#), ("0", "0"), ("-0", "0"), ("0x", #""0x""#),
      ("10.0.0.1", #""10.0.0.1""#),
    ])
  func plain(text: String, json: String) { #expect(YamlScalar(isJSON: false).plain(text).json() == json) }

  @Test("JSON's numbers with exponents are numbers in JSON")
  func json() throws {
    let read = try inventory(#"{"all": {"hosts": {"h": {"a": 1e3, "b": "1e3", "c": "\u00e9"}}}}"#)
    #expect(variables(read, "h") == #"{"a":1000.0,"b":"1e3","c":"\u00e9"}"#)
  }

  @Test("a tag decides; one that is unknown is refused")
  func tags() throws {
    let read = try inventory(
      "all:\n  hosts:\n    h: {a: !!str 5, b: !!int '5', c: !unsafe '{{ x }}', d: !!float 1, e: ! yes}\n")
    #expect(variables(read, "h") == #"{"a":"5","b":5,"c":"{{ x }}","d":1.0,"e":"yes"}"#)
    #expect(problems("all:\n  vars:\n    a: !mine 5\n").first?.hasPrefix("inv.toml:3:") == true)
  }
}
