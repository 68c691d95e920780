import SeededDice
import Testing

@testable import Provisioning

@Suite("k3s's config.yaml")
struct K3sConfigurationTests {
  @Test("what is written is read back the same")
  func roundTrip() throws {
    let settings: [String: ConfigurationValue] = [
      "write-kubeconfig-mode": .text("0600"), "cluster-init": .flag(true), "odd": .text("a\"b\\c: #é\u{7}"),
      "node-label": .list(["a=b", "true", "1"]), "looks": .text("true"),
    ]
    let configuration = K3sConfiguration(settings)
    #expect(K3sConfiguration(reading: Array(configuration.yaml.utf8)) == configuration)
  }

  @Test("an empty file sets nothing; what is no mapping, or too large, is not read")
  func odd() {
    #expect(K3sConfiguration(reading: Array("# nothing\n\n".utf8))?.settings == [:])
    #expect(K3sConfiguration(reading: [])?.settings == [:])
    for text in ["- a", "a: [", "a: 1\na: 2\n", "\u{0}", String(repeating: "a: b\n", count: 20_000)] {
      #expect(K3sConfiguration(reading: Array(text.utf8)) == nil)
    }
  }

  @Test("values that may be secrets are not among the changes")
  func secrets() {
    let old = K3sConfiguration(["token": .text("canary"), "a": .flag(true)])
    #expect(
      K3sConfiguration(["a": .flag(true)]).changes(from: old) == [
        SettingChange("token", from: "<redacted>", to: nil)
      ])
  }

  @Test("any bytes are read or refused")
  func fuzz() {
    var dice = Dice(seed: 5)
    let text = "a: &x [1, *x]\n? {b: c}\n: d\n<<: {e: !!binary f}\n---\n\"g\": |\n  h\n"
    for _ in 0..<2000 {
      if let read = K3sConfiguration(reading: dice.damaged(text)) {
        #expect(read.changes(from: read).isEmpty)
      }
    }
  }
}
