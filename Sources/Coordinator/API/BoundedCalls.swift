import CoordinatorAPI
import GRPCCore
import GRPCProtobuf
import SwiftProtobuf

/// Muster's own service, with the calls that take lists bounded before their messages are decoded: an empty task takes two
/// bytes on the wire and hundreds in memory.
struct BoundedCalls: RegistrableRPCService {
  let api: MusterAPI

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    api.registerMethods(with: &router)
    let api = api
    router.registerHandler(
      forMethod: Muster_V1_Muster.Method.SubmitTasks.descriptor,
      deserializer: BoundedDeserializer<Muster_V1_SubmitTasksRequest>(into: [1]),
      serializer: ProtobufSerializer<Muster_V1_SubmitTasksResponse>(),
      handler: { try await api.submitTasks(request: $0, context: $1) })
    router.registerHandler(
      forMethod: Muster_V1_Muster.Method.FollowTasks.descriptor,
      deserializer: BoundedDeserializer<Muster_V1_FollowTasksRequest>(into: [1]),
      serializer: ProtobufSerializer<Muster_V1_FollowTasksResponse>(),
      handler: { try await api.followTasks(request: $0, context: $1) })
    router.registerHandler(
      forMethod: Muster_V1_Muster.Method.Work.descriptor,
      deserializer: BoundedDeserializer<Muster_V1_WorkerFrame>(into: [1, 2]),
      serializer: ProtobufSerializer<Muster_V1_CoordinatorFrame>(),
      handler: { try await api.work(request: $0, context: $1) })
    router.registerHandler(
      forMethod: Muster_V1_Muster.Method.CancelTasks.descriptor,
      deserializer: BoundedDeserializer<Muster_V1_TaskIdsRequest>(into: []),
      serializer: ProtobufSerializer<Muster_V1_ChangeTasksResponse>(),
      handler: { try await api.cancelTasks(request: $0, context: $1) })
    router.registerHandler(
      forMethod: Muster_V1_Muster.Method.RetryTasks.descriptor,
      deserializer: BoundedDeserializer<Muster_V1_TaskIdsRequest>(into: []),
      serializer: ProtobufSerializer<Muster_V1_ChangeTasksResponse>(),
      handler: { try await api.retryTasks(request: $0, context: $1) })
  }
}

/// Decodes a message after it has counted its parts.
struct BoundedDeserializer<Message: SwiftProtobuf.Message>: MessageDeserializer {
  /// The fields that hold messages whose parts count, too.
  let into: Set<UInt64>

  /// The most parts of one message.
  static var most: Int { 100_000 }

  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> Message {
    // A part takes two bytes or more.
    if bytes.count > 2 * Self.most {
      let count = bytes.withUnsafeBytes { FieldCount.count(in: $0, into: into, limit: Self.most) }
      guard count <= Self.most else {
        throw RPCError(
          code: .resourceExhausted,
          message:
            "one message may have \(Self.most) parts (tasks, ids, reports and what belongs to them); send several")
      }
    }
    return try ProtobufDeserializer<Message>().deserialize(bytes)
  }
}

/// Counts the fields of an encoded message (the wire format of Protocol Buffers), without decoding it.
enum FieldCount {
  /// - Parameters:
  ///   - into: numbers of fields whose content is a message to be counted, too, one level deep.
  ///   - limit: beyond, it is not counted on.
  /// - Returns: the count; of what is no message, up to where it ceases to be one.
  static func count(in bytes: UnsafeRawBufferPointer, into: Set<UInt64>, limit: Int) -> Int {
    var count = 0
    var place = 0
    while place < bytes.count, count <= limit {
      guard let tag = varint(bytes, &place) else { break }
      count += 1
      switch tag & 7 {
      case 0: if varint(bytes, &place) == nil { return count }
      case 1: place += 8
      case 5: place += 4
      case 2:
        guard let length = varint(bytes, &place), length <= UInt64(bytes.count - place) else { return count }
        let end = place + Int(length)
        if into.contains(tag >> 3) {
          count += self.count(in: UnsafeRawBufferPointer(rebasing: bytes[place..<end]), into: [], limit: limit - count)
        }
        place = end
      // Of a group, which decoders skip, the content counts.
      case 3, 4: break
      default: return count
      }
    }
    return count
  }

  private static func varint(_ bytes: UnsafeRawBufferPointer, _ place: inout Int) -> UInt64? {
    var (value, shift) = (UInt64(0), UInt64(0))
    while place < bytes.count, shift < 64 {
      let byte = bytes[place]
      place += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }
}
