import Testing

@testable import Inventory

/// What Ansible's `parse_kv` (ansible-core 2.19) made of the same texts.
@Suite("Words of --extra-vars") struct KeyValueWordsTests {
  @Test(
    "are what Ansible makes of them",
    arguments: [
      ("a=ab#cd", ["a": "ab#cd"]),
      ("a=x#y b=2", ["a": "x#y", "b": "2"]),
      (#"a=a\$b"#, ["a": #"a\$b"#]),
      (#"ansible_sudo_pass=p#s$w\d!"#, ["ansible_sudo_pass": #"p#s$w\d!"#]),
      (#"a='x y' b="z""#, ["a": "x y", "b": "z"]),
      ("a='x'y", ["a": "'x'y"]),
      ("a=x'y z'", ["a": "x'y z'"]),
      (#"a=\x41 b=\u00e9"#, ["a": "A", "b": "é"]),
      (#"a=a\\b"#, ["a": #"a\b"#]),
      (#"a='1\n2'"#, ["a": "1\n2"]),
      (#"a=\n"#, ["a": ""]),
      (#"a='it\'s'"#, ["a": "it's"]),
      ("a=b=c", ["a": "b=c"]),
      ("a= b=1", ["a": "", "b": "1"]),
      (#"x\=y=z"#, [#"x\=y"#: "z"]),
      ("a='#'", ["a": "#"]),
      (#"a="a'b""#, ["a": "a'b"]),
      (#"a='"q"'"#, ["a": #""q""#]),
      (#"a=\x+1"#, ["a": #"\x+1"#]),
      (#"a=\xzz"#, ["a": #"\xzz"#]),
      ("a=tab\there", ["a": "tab\there"]),
      ("a=1\nb=2", ["a": "1", "b": "2"]),
      ("a=' x '", ["a": " x "]),
      (#"a=\"#, ["a": #"\"#]),
      (#"a=a\ b=2"#, ["a": #"a\"#, "b": "2"]),
    ])
  func asAnsible(text: String, wanted: [String: String]) throws {
    #expect(try ExtraVariables.read(text) == wanted.mapValues { InventoryValue.text($0) })
  }

  @Test("with an open quote or without an equals sign are refused", arguments: ["a='x", #"a="x y"#, "a b=1", "=1"])
  func refused(text: String) {
    let error = #expect(throws: InventoryError.self) { try ExtraVariables.read(text) }
    #expect(error?.code == .badVariables)
  }
}
