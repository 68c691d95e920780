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

  /// Decoders skip groups, and go on with what comes after them.
  @Test func aGroupHidesNothing() throws {
    let parts: [UInt8] = Array(repeating: [0x0A, 0] as [UInt8], count: 200_000).flatMap { $0 }
    let deserializer = BoundedDeserializer<Muster_V1_SubmitTasksRequest>(into: [1])
    #expect(try deserializer.deserialize([0x7B, 0x7C] + Array(parts.prefix(20))).tasks.count == 10)
    #expect(throws: RPCError.self) { try deserializer.deserialize([0x7B, 0x7C] + parts) }
    #expect(throws: RPCError.self) { try deserializer.deserialize([0x0A, 0x82, 0xB5, 0x18, 0x7B, 0x7C] + parts) }
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

  private func channel(_ budget: AssemblyBudget, cut: Guarded<Int> = Guarded(0)) throws -> EmbeddedChannel {
    let channel = EmbeddedChannel()
    try channel.pipeline.syncOperations.addHandler(
      AssemblyMeter(onTooMuch: { cut.change { $0 += 1 } }, budget: { _ in budget }))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    return channel
  }

  private func bytes(_ count: Int) -> [UInt8] { Array(repeating: 1, count: count) }

  @Test func bytesOfBegunMessagesAreCountedUntilTheyAreWhole() throws {
    let budget = AssemblyBudget(limit: 150_000)
    let channel = try channel(budget)
    let size = AssemblyMeter.free + 100_000
    // Byte by byte, too: the header may come in pieces.
    for byte in head(size) { try channel.writeInbound(frame([byte])) }
    try channel.writeInbound(frame(bytes(size - 1)))
    #expect(!budget.take(60_000))
    try channel.writeInbound(frame([1] + head(10) + bytes(10)))
    #expect(budget.take(150_000))
    budget.giveBack(150_000)
    // A call that goes in the middle gives back what it had.
    try channel.writeInbound(frame(head(1_000_000) + bytes(size)))
    #expect(!budget.take(60_000))
    _ = try channel.finish()
    #expect(budget.take(150_000))
  }

  @Test func aCallThatGoesOverTheBudgetIsCut() throws {
    let cut = Guarded(0)
    let channel = try channel(AssemblyBudget(limit: 100_000), cut: cut)
    try channel.writeInbound(frame(head(1_000_000) + bytes(AssemblyMeter.free + 90_000)))
    #expect(channel.isActive)
    try channel.writeInbound(frame(bytes(20_000)))
    #expect(cut.value == 1)
    #expect(!channel.isActive)
  }

  @Test func oneConnectionCannotTakeWhatAllShare() throws {
    let whole = AssemblyBudget(limit: 100_000)
    let greedy = AssemblyBudget(limit: 60_000, of: whole)
    let other = AssemblyBudget(limit: 60_000, of: whole)
    #expect(greedy.take(60_000) && !greedy.take(1))
    // What the whole refuses is not charged to the share.
    #expect(!other.take(50_000) && other.take(40_000))
    greedy.giveBack(60_000)
    #expect(other.take(20_000) && !other.take(1))
    #expect(whole.take(40_000) && !whole.take(1))
  }

  /// Frames of workers, and all that a stranger may send, need no room.
  @Test func smallMessagesNeedNoRoom() throws {
    let channel = try channel(AssemblyBudget(limit: 0))
    for _ in 0..<3 { try channel.writeInbound(frame(head(AssemblyMeter.free) + bytes(AssemblyMeter.free))) }
    try channel.writeInbound(frame(head(80 << 20) + bytes(AssemblyMeter.free)))
    #expect(channel.isActive)
    _ = try channel.finish()
  }

  @Test func aMessageThatIsHeldOpenIsCut() throws {
    let cut = Guarded(0)
    let budget = AssemblyBudget(limit: 1 << 20)
    let size = AssemblyMeter.free + 10
    let slow = try channel(budget, cut: cut)
    try slow.writeInbound(frame(head(size) + bytes(size - 1)))
    let quick = try channel(budget, cut: cut)
    try quick.writeInbound(frame(head(size) + bytes(size)))
    slow.embeddedEventLoop.advanceTime(by: AssemblyMeter.patience)
    quick.embeddedEventLoop.advanceTime(by: AssemblyMeter.patience)
    #expect(cut.value == 1)
    #expect(!slow.isActive && quick.isActive)
    #expect(budget.take(1 << 20))
    _ = try quick.finish()
  }
}
