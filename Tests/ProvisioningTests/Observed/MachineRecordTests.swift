import SeededDice
import Testing

@testable import Provisioning

@Suite("The record on a machine")
struct MachineRecordTests {
  private let record = MachineRecord([
    .trace("/var/lib/rancher/k3s"), .directory("/etc/rancher"), .newFile("/a"), .replacedFile("/b/c"), .link("/d"),
    .package("libc6"), .module("overlay"), .sysctl("net.ipv4.ip_local_port_range", before: "32768 60999"),
    .unit("k3s.service"), .place("/var/lib/docker"), .account("docker"), .forwarding("none"),
  ])

  private func read(_ text: String) throws -> MachineRecord {
    try MachineRecord(lines: text.split(separator: "\n", omittingEmptySubsequences: false))
  }

  @Test("what is written is read back the same")
  func roundTrip() throws {
    #expect(try read(record.text) == record)
    #expect(record.owns("/b/c") && record.owns("/d") && !record.owns("/etc/rancher"))
    #expect(MachineRecord.copy(of: "/b/c") == "/var/lib/muster/before/%b%c")
  }

  @Test("wherever a power cut tears it, what stands before is read and nothing else")
  func torn() throws {
    let text = record.text
    for count in 0...text.utf8.count {
      let torn = String(decoding: text.utf8.prefix(count), as: UTF8.self)
      let read = try read(torn)
      #expect(record.changes.starts(with: read.changes))
    }
    let mended = String(decoding: text.utf8.prefix(70), as: UTF8.self) + "\nnew /z .\n"
    #expect(try read(mended).changes.last == .newFile("/z"))
  }

  @Test("a line that stands twice counts once")
  func twice() throws {
    #expect(try read("muster-record 1 .\nnew /a .\nnew /a .\n").changes == [.newFile("/a")])
  }

  @Test(
    "what another version wrote, or what nobody wrote, is refused",
    arguments: [
      "muster-record 2 .\n", "muster-record 1 .\nburn /a .\n", "muster-record 1 .\nnew /a/../b .\n",
      "muster-record 1 .\nnew a .\n", "muster-record 1 .\nnew /a b .\n", "muster-record 1 .\ntrace /home .\n",
      "muster-record 1 .\npackage -x .\n", "muster-record 1 .\nsysctl a $(b) .\n",
    ])
  func refused(text: String) {
    #expect(throws: ProvisioningError.self) { try read(text) }
  }

  @Test("a damaged one is read or refused")
  func fuzz() {
    var dice = Dice(seed: 3)
    for _ in 0..<3000 {
      let text = String(decoding: dice.damaged(record.text), as: UTF8.self)
      guard let read = try? read(text) else { continue }
      #expect((try? self.read(read.text)) == read)
    }
  }
}
