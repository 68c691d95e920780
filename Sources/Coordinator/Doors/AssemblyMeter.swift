import MusterCore
import NIOCore
import NIOHTTP2
import Synchronization

/// Bounds the bytes of messages that have begun and are not whole yet, over all calls: whoever may call could else begin
/// thousands of large ones and end none.
final class AssemblyBudget: Sendable {
  private let limit: Int
  private let whole: AssemblyBudget?
  private let used = Mutex(0)

  /// - Parameters:
  ///   - limit: bytes.
  ///   - whole: what it is a share of.
  init(limit: Int, of whole: AssemblyBudget? = nil) {
    self.limit = limit
    self.whole = whole
  }

  func take(_ bytes: Int) -> Bool {
    let fits = used.withLock { used in
      guard used + bytes <= limit else { return false }
      used += bytes
      return true
    }
    guard fits else { return false }
    if let whole, !whole.take(bytes) {
      used.withLock { $0 -= bytes }
      return false
    }
    return true
  }

  func giveBack(_ bytes: Int) {
    used.withLock { $0 -= bytes }
    whole?.giveBack(bytes)
  }
}

/// Follows the messages of one call as they come: five bytes of header, of which four are the length (gRPC over HTTP/2).
final class AssemblyMeter: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame.FramePayload

  private let onTooMuch: @Sendable () -> Void
  private let budgetOfConnection: @Sendable (any Channel) -> AssemblyBudget
  private var budget: AssemblyBudget?
  private var deadline: Scheduled<Void>?
  private var header = 0
  private var length = 0
  private var missing = 0
  private var counted = 0

  /// So much of each message is not counted: it takes in the frames of workers, and all that a stranger may send.
  static let free = 128 << 10
  /// A message that is counted must be whole after so long.
  static let patience = TimeAmount.seconds(120)

  /// - Parameters:
  ///   - onTooMuch: a call is about to be cut.
  ///   - budget: of the connection of a channel; asked for once it is needed.
  init(onTooMuch: @escaping @Sendable () -> Void, budget: @escaping @Sendable (any Channel) -> AssemblyBudget) {
    self.onTooMuch = onTooMuch
    budgetOfConnection = budget
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .data(let frame) = unwrapInboundIn(data), case .byteBuffer(let buffer) = frame.data,
      !follow(buffer, context)
    {
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
  private func follow(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) -> Bool {
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
        missing -= taken
        guard count(upTo: length - missing, context) else { return false }
        rest = rest.dropFirst(taken)
      }
      if missing == 0 && header == 0 {
        giveBack()
        length = 0
      }
    }
    return true
  }

  /// - Parameter come: bytes of the message that have come by now.
  private func count(upTo come: Int, _ context: ChannelHandlerContext) -> Bool {
    let fresh = come - Self.free - counted
    guard fresh > 0 else { return true }
    let budget = budget ?? budgetOfConnection(context.channel.parent ?? context.channel)
    self.budget = budget
    guard budget.take(fresh) else { return false }
    counted += fresh
    if deadline == nil {
      let (channel, onTooMuch) = (context.channel, onTooMuch)
      deadline = context.eventLoop.scheduleTask(in: Self.patience) {
        onTooMuch()
        channel.close(promise: nil)
      }
    }
    return true
  }

  private func giveBack() {
    deadline?.cancel()
    deadline = nil
    if counted > 0 { budget?.giveBack(counted) }
    counted = 0
  }
}
