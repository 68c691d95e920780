import MusterCore
import RemoteHosts
import SeededDice
import Testing

@testable import Provisioning

@Suite("Asking a server for its kubeconfig")
struct KubeconfigQuestionTests {
  private func read(_ text: String, status: Int = 0) throws(ProvisioningError) -> Secret<[UInt8]> {
    try KubeconfigQuestion.read(RemoteAnswer(status: status, output: Array(text.utf8)), of: "m1")
  }

  @Test("the file is read as it is, to the last byte", arguments: LocalMachine.shells)
  func there(shell: [String]) throws {
    try LocalMachine.with { machine in
      for content in ["apiVersion: v1\n", "no end", "\n\n", "muster-kubeconfig 1\nabsent active\n"] {
        try machine.write(KubeconfigQuestion.path, content, mode: 0o600)
        let answer = try machine.run(shell, KubeconfigQuestion.text)
        #expect(try KubeconfigQuestion.read(answer, of: "m1").reveal() == Array(content.utf8))
      }
    }
  }

  @Test("a machine that has none says how its service is", arguments: LocalMachine.shells)
  func absent(shell: [String]) throws {
    try LocalMachine.with { machine in
      let answer = try machine.run(shell, KubeconfigQuestion.text)
      #expect { _ = try KubeconfigQuestion.read(answer, of: "m1") } throws: { error in
        "\(error)".contains("there is no /etc/rancher/k3s/k3s.yaml (k3s.service is unknown)")
          && "\(error)".contains("muster cluster apply")
      }
    }
    #expect { _ = try read("muster-kubeconfig 1\nabsent activating\n") } throws: {
      "\($0)".contains("try again in a moment")
    }
  }

  @Test(
    "what is none of these is refused in one sentence, without the content",
    arguments: [
      "", "muster-kubeconfig 1", "muster-kubeconfig 1\n", "muster-kubeconfig 1\nthere\n", "Welcome!\ns3cret\n",
      "muster-kubeconfig 1\nthere \ns3cret", "muster-kubeconfig 1\nabsent x\ns3cret",
      "muster-kubeconfig 1\nthere\ns3cret" + String(repeating: "x", count: 1 << 20),
    ])
  func odd(text: String) {
    #expect { _ = try read(text) } throws: { error in
      "\(error)".hasPrefix("m1: ") && !"\(error)".contains("s3cret") && !"\(error)".contains("\n")
    }
    #expect(throws: ProvisioningError.self) { try read("muster-kubeconfig 1\nthere\nx", status: 1) }
  }

  @Test("a damaged answer is read or refused")
  func fuzz() {
    var dice = Dice(seed: 21)
    for sample in ["muster-kubeconfig 1\nthere\na: s3cret\n", "muster-kubeconfig 1\nabsent inactive\n"] {
      for _ in 0..<2000 {
        do throws(ProvisioningError) {
          _ = try KubeconfigQuestion.read(RemoteAnswer(status: 0, output: dice.damaged(sample)), of: "m1")
        } catch {
          #expect(error.codeName == "bad_machine_answer" && !error.message.contains("s3cret"))
        }
      }
    }
  }
}
