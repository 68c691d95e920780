import SeededDice
import Testing

@testable import Provisioning

@Suite("Answers of the port trial")
struct PortAnswerTests {
  @Test("are read")
  func read() throws {
    let text =
      "muster-ports\t1\nlistening\ttcp\t6443\ntaken\tudp\t8472\nprocess\t77\ntry\t3\topen\ntry\t0\tsilent\nend\n"
    let answer = try PortAnswer(Array(text.utf8))
    #expect(answer.listening == [ClusterPort(6443)] && answer.taken == [ClusterPort(8472, .udp)])
    #expect(answer.process == 77 && answer.outcomes == [3: .open, 0: .silent] && answer.lacking == nil)
  }

  @Test(
    "are refused when they are none",
    arguments: [
      "", "muster-ports\t1\n", "muster-ports\t2\nend\n", "muster-ports\t1\nend\nend\n",
      "muster-ports\t1\nprocess\t1\nend\n",
      "muster-ports\t1\nlistening\ttcp\t0\nend\n", "muster-ports\t1\nlistening\tsctp\t1\nend\n",
      "muster-ports\t1\ntry\t0\tmaybe\nend\n", "muster-ports\t1\ntry\t-1\topen\nend\n", "muster-ports\t1\nhello\nend\n",
      "muster-ports\t1\ntry\t0\topen\nend",
    ])
  func refused(text: String) { #expect(throws: FactsFault.self) { try PortAnswer(Array(text.utf8)) } }

  @Test("whatever they are, they are read or refused")
  func fuzz() {
    var dice = Dice(seed: 11)
    let text =
      "muster-ports\t1\nlistening\ttcp\t6443\ntaken\tudp\t8472\nprocess\t77\ntry\t3\topen\ncannot\tno perl\nend\n"
    for _ in 0..<5000 {
      guard let answer = try? PortAnswer(dice.damaged(text, marks: "\t\n019ae-")) else { continue }
      #expect((answer.process ?? 2) >= 2)
    }
  }
}
