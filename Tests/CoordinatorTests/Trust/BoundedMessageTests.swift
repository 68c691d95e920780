import CoordinatorAPI
import Foundation
import GRPCCore
import NIOCore
import NIOEmbedded
import NIOHTTP2
import Testing

@testable import Coordinator

@Suite struct BoundedMessageTests {
  private func count(_ bytes: [UInt8], into: Set<UInt64> = [1], limit: Int = 1000) -> Int {
    bytes.withUnsafeBytes { FieldCount.count(in: $0, into: into, limit: limit) }
  }

  @Test func fieldsAreCountedOneLevelDeep() throws {
    let request = Muster_V1_SubmitTasksRequest.with {
      $0.tasks = (0..<3).map { _ in task("work", id: "a", input: "x") }
      $0.tasks[0].dependsOn = ["p", "q"]
    }
    // Three tasks, of each id, kind and input, and two dependencies.
    #expect(count(Array(try request.serializedBytes() as Data)) == 3 + 9 + 2)
    #expect(count(Array(try request.serializedBytes() as Data), into: []) == 3)
  }

  @Test func emptyTasksInTheirThousandsAreFewBytesAndManyParts() throws {
    let bytes: [UInt8] = Array(repeating: [0x0A, 0] as [UInt8], count: 200_000).flatMap { $0 }
    #expect(count(bytes, limit: 100_000) > 100_000)
    let deserializer = BoundedDeserializer<Muster_V1_SubmitTasksRequest>(into: [1])
    let error = #expect(throws: RPCError.self) { try deserializer.deserialize(bytes) }
    #expect(error?.code == .resourceExhausted)
    // The same in one task: dependencies without a name.
    let inner: [UInt8] = Array(repeating: [0x52, 0] as [UInt8], count: 200_000).flatMap { $0 }
    let outer: [UInt8] = [0x0A, 0x80, 0xB5, 0x18] + inner
    #expect(throws: RPCError.self) { try deserializer.deserialize(outer) }
    #expect(try deserializer.deserialize(Array(bytes.prefix(2000))).tasks.count == 1000)
  }

  /// Anything may come: it is counted or not, and nothing crashes.
  @Test func bytesOfAnySortAreCounted() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0..<40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(count(bytes) <= 40)
    }
    #expect(count([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]) == 1)
  }

  // MARK: Messages that have begun

  private func frame(_ bytes: [UInt8]) -> HTTP2Frame.FramePayload {
    .data(.init(data: .byteBuffer(ByteBuffer(bytes: bytes)), endStream: false))
  }

  private func head(_ length: Int) -> [UInt8] {
    [0, UInt8(length >> 24 & 255), UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255)]
  }

  @Test func bytesOfBegunMessagesAreCountedUntilTheyAreWhole() throws {
    let budget = AssemblyBudget(limit: 150_000)
    let channel = EmbeddedChannel()
    try channel.pipeline.syncOperations.addHandler(AssemblyMeter(budget) {})
    // Byte by byte, too: the header may come in pieces.
    for byte in head(100_000) { try channel.writeInbound(frame([byte])) }
    try channel.writeInbound(frame(Array(repeating: 1, count: 99_999)))
    #expect(!budget.take(60_000))
    try channel.writeInbound(frame([1] + head(10) + Array(repeating: 1, count: 10)))
    #expect(budget.take(150_000))
    budget.giveBack(150_000)
    // A call that goes in the middle gives back what it had.
    try channel.writeInbound(frame(head(1_000_000) + Array(repeating: 1, count: 100_000)))
    #expect(!budget.take(60_000))
    _ = try channel.finish()
    #expect(budget.take(150_000))
  }

  @Test func aCallThatGoesOverTheBudgetIsCut() throws {
    let cut = Guarded(0)
    let channel = EmbeddedChannel()
    try channel.pipeline.syncOperations.addHandler(
      AssemblyMeter(AssemblyBudget(limit: 100_000)) { cut.change { $0 += 1 } })
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    try channel.writeInbound(frame(head(1_000_000) + Array(repeating: 1, count: 90_000)))
    #expect(channel.isActive)
    try channel.writeInbound(frame(Array(repeating: 1, count: 20_000)))
    #expect(cut.value == 1)
    #expect(!channel.isActive)
  }
}
