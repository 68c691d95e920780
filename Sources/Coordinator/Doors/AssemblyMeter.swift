import MusterCore
import NIOCore
import NIOHTTP2
import Synchronization

/// Bounds the bytes of messages that have begun and are not whole yet, over all calls: whoever may call could else begin
/// thousands of large ones and end none.
final class AssemblyBudget: Sendable {
  private let limit: Int
  private let used = Mutex(0)

  /// - Parameter limit: bytes.
  init(limit: Int) { self.limit = limit }

  func take(_ bytes: Int) -> Bool {
    used.withLock { used in
      guard used + bytes <= limit else { return false }
      used += bytes
      return true
    }
  }

  func giveBack(_ bytes: Int) { used.withLock { $0 -= bytes } }
}

/// Follows the messages of one call as they come: five bytes of header, of which four are the length (gRPC over HTTP/2).
final class AssemblyMeter: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame.FramePayload

  private let budget: AssemblyBudget
  private let onTooMuch: @Sendable () -> Void
  private var header = 0
  private var length = 0
  private var missing = 0
  private var counted = 0

  /// Messages that are smaller are not counted.
  private static let small = 64 << 10

  init(_ budget: AssemblyBudget, onTooMuch: @escaping @Sendable () -> Void) {
    self.budget = budget
    self.onTooMuch = onTooMuch
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .data(let frame) = unwrapInboundIn(data), case .byteBuffer(let buffer) = frame.data, !follow(buffer) {
      onTooMuch()
      return context.close(promise: nil)
    }
    context.fireChannelRead(data)
  }

  func channelInactive(context: ChannelHandlerContext) {
    giveBack()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { giveBack() }

  /// - Returns: false if there is no room for what has come.
  private func follow(_ buffer: ByteBuffer) -> Bool {
    var rest = buffer.readableBytesView[...]
    while !rest.isEmpty {
      if missing == 0 {
        guard let byte = rest.popFirst() else { return true }
        // The first of the five says whether it is compressed.
        if header > 0 { length = length << 8 | Int(byte) }
        header += 1
        guard header == 5 else { continue }
        (missing, header) = (length, 0)
      } else {
        let taken = min(missing, rest.count)
        if length > Self.small {
          guard budget.take(taken) else { return false }
          counted += taken
        }
        missing -= taken
        rest = rest.dropFirst(taken)
      }
      if missing == 0 && header == 0 {
        giveBack()
        length = 0
      }
    }
    return true
  }

  private func giveBack() {
    if counted > 0 { budget.giveBack(counted) }
    counted = 0
  }
}
