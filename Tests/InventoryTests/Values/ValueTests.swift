import Testing

@testable import Inventory

@Suite struct ValueTests {
  @Test(
    "names of secrets",
    arguments: [
      "ansible_sudo_pass", "ansible_become_pass", "ansible_become_password", "ansible_password", "ansible_ssh_pass",
      "convect_token",
      "token", "sudoPassword", "registry_password", "k3s_token", "API_KEY", "aws-secret", "db.credentials",
      "private_key", "pass",
    ])
  func secrets(name: String) { #expect(SecretNames.contain(name)) }

  @Test(
    "names of no secrets",
    arguments: [
      "ansible_ssh_private_key_file", "token_file", "ansible_user", "bypass", "compass", "tokenizer", "key", "", "_",
      "passenger",
      "sshKeyFile", "password_path",
    ])
  func noSecrets(name: String) { #expect(!SecretNames.contain(name)) }

  @Test("secrets are hidden in mappings and lists too, and what is empty is shown")
  func redaction() {
    let value = InventoryValue.map([
      "a": .list([.map(["password": .text("x"), "user": .text("u")])]), "token": .integer(5), "secret": .text(""),
      "pass": .null,
    ])
    #expect(
      value.redacted(name: "v").json()
        == #"{"a":[{"password":"<redacted>","user":"u"}],"pass":null,"secret":"","token":"<redacted>"}"#)
  }

  @Test("JSON is ASCII, sorted, and obeys no terminal")
  func json() {
    let value = InventoryValue.map(["b": .text("é\u{1B}\u{202E}😀\"\\\n"), "a": .list([]), "c": .map([:])])
    #expect(value.json() == #"{"a":[],"b":"\u00e9\u001b\u202e\ud83d\ude00\"\\\n","c":{}}"#)
    #expect(
      InventoryValue.map(["a": .list([.integer(1)])]).json(isIndented: true) == "{\n    \"a\": [\n        1\n    ]\n}")
  }
}
