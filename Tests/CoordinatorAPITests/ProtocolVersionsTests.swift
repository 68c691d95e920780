import Testing

@testable import CoordinatorAPI

@Suite struct ProtocolVersionsTests {
  @Test(arguments: [
    (1, 1, 1, 1, 1 as UInt32?), (1, 3, 2, 5, 3), (2, 5, 1, 3, 3), (1, 2, 2, 2, 2), (1, 1, 2, 3, nil), (4, 5, 1, 3, nil),
  ])
  func choosesTheNewestCommon(_ lowA: Int, _ highA: Int, _ lowB: Int, _ highB: Int, _ common: UInt32?) {
    let a = ProtocolVersions(lowest: UInt32(lowA), highest: UInt32(highA))
    let b = ProtocolVersions(lowest: UInt32(lowB), highest: UInt32(highB))
    #expect(a.common(with: b) == common)
    #expect(b.common(with: a) == common)
  }

  @Test func saysBothVersionsAndTheCure() {
    let own = ProtocolVersions(lowest: 1, highest: 1)
    let newer = #expect(throws: APIError.self) {
      try own.agree(with: ProtocolVersions(lowest: 2, highest: 3), peer: "the coordinator at head:1", build: "0.9.0")
    }
    #expect(newer?.code == .protocolMismatch)
    #expect(
      newer?.message
        == "the coordinator at head:1 (muster 0.9.0) speaks versions 2 to 3 of the protocol and this program "
        + "(muster \(MusterBuild.version)) speaks version 1: upgrade this program to the peer's release")
    let older = #expect(throws: APIError.self) {
      try ProtocolVersions(lowest: 4, highest: 4).agree(with: own, peer: "the coordinator", build: "0.1.0")
    }
    #expect(older?.message.hasSuffix("upgrade the peer to this program's release") == true)
  }
}
