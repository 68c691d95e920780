import Testing

@testable import Inventory

@Suite struct PythonLiteralTests {
  @Test(
    "literals of Python get its types",
    arguments: [
      ("1", "1"), ("-2", "-2"), ("+5", "5"), ("1_000", "1000"), ("0x1f", "31"), ("0b11", "3"), ("0o17", "15"),
      ("00", "0"),
      ("1.5", "1.5"), ("1e3", "1000.0"), ("1.", "1.0"), (".5", "0.5"), ("09.5", "9.5"),
      ("12345678901234567890", "12345678901234567890"),
      ("0xffffffffffffffffff", "4722366482869645213695"), ("-0x10000000000000000", "-18446744073709551616"),
      ("True", "true"),
      ("None", "null"), ("[1,2]", "[1,2]"), ("[1, [2], ]", "[1,[2]]"), ("(1,)", "[1]"), ("()", "[]"),
      ("80,443", "[80,443]"),
      ("1,", "[1]"), ("{'k': [1]}", #"{"k":[1]}"#), ("{1: 2, None: 3}", #"{"1":2,"null":3}"#), ("{1, 2, 1}", "[1,2]"),
      ("{}", "{}"),
      ("set()", "[]"), ("'a' \"b\"", #""ab""#), (#"'\x41\n\101\u00e9\d'"#, #""A\nA\u00e9\\d""#), (#"r'\n'"#, #""\\n""#),
      ("b'x'", #""x""#),
      ("'''a'b'''", #""a'b""#), ("''", #""""#), ("-(1)", "-1"), ("((1))", "1"), ("1j", #""1j""#),
      ("1-2.5j", #""(1-2.5j)""#),
      ("-1j", #""(-0-1j)""#), ("1 # c", "1"), ("-0.0", "-0.0"), ("1e-7", "1e-07"),
    ])
  func literals(text: String, json: String) throws { #expect(try PythonLiteral.value(text).json() == json) }

  @Test(
    "everything else stays the text that it is",
    arguments: [
      "true", "yes", "null", "0644", "007", "1.2.3", "1__0", "1_", "0x", "1e", "--1", "+-1", "-True", "1+2", "1 2",
      "[1", "1)", "[1,,2]",
      "'a", "'a'b", "f'x'", "'a' b'b'", "ur'x'", "{**a}", "[*a]", "{1:2, 3}", "{1, 2:3}", "not 1", "None1", "1if",
      "a,b", "'\\x4'",
      "1+2j+3j", "2j+1", "set", "set(1)", "", " ", "[1]]", "b'é'", "1.real", "#", "٣",
      String(repeating: "9", count: 5000),
    ])
  func texts(text: String) throws { #expect(try PythonLiteral.value(text) == .text(text)) }

  @Test(
    "what Ansible chokes on, or could not print, is refused",
    arguments: [
      "{[1]: 2}", "{(1, [2])}", "{(1,): 2}", "'\\ud800'", "b'\\xff'", "'\\N{DIGIT ONE}'",
      String(repeating: "[", count: 300),
    ])
  func refused(text: String) { #expect(throws: LiteralFault.self) { try PythonLiteral.value(text) } }

  @Test("nested brackets are read in time that grows with their length alone")
  func nested() throws {
    let text = String(repeating: "(", count: 90) + "1" + String(repeating: ")", count: 90)
    #expect(try PythonLiteral.value(text) == .integer(1))
  }
}
