import NIOCore

/// One message of the protocols `v4.channel.k8s.io` and `v5.channel.k8s.io`: the number of a channel, and bytes for it.
///
/// Source of the format: the Kubernetes remote command subprotocols. In v5 a message on channel 255 closes the channel
/// whose number is its only byte.
struct StreamFrame: Equatable {
  /// What the channels of exec and attach carry.
  static let input: UInt8 = 0
  static let output: UInt8 = 1
  static let errors: UInt8 = 2
  static let status: UInt8 = 3
  static let size: UInt8 = 4
  private static let closing: UInt8 = 255

  enum Content: Equatable {
    case data(ByteBuffer)
    /// The channel carries nothing more in this direction.
    case end
  }

  var channel: UInt8
  var content: Content

  init(channel: UInt8, _ content: Content) {
    self.channel = channel
    self.content = content
  }

  /// - Throws: ``KubernetesError`` (`badAnswer`) for a message without a channel, or that closes none.
  init(_ message: ByteBuffer, knowsClosing: Bool) throws(KubernetesError) {
    var message = message
    guard let first = message.readInteger(as: UInt8.self) else {
      throw KubernetesError(.badAnswer, "the API server sent an empty message where the number of a channel belongs")
    }
    guard knowsClosing, first == Self.closing else {
      self.init(channel: first, .data(message.slice()))
      return
    }
    guard message.readableBytes == 1, let closed = message.readInteger(as: UInt8.self) else {
      throw KubernetesError(
        .badAnswer, "the API server closes a channel with \(message.readableBytes) bytes; it takes one")
    }
    self.init(channel: closed, .end)
  }

  var message: ByteBuffer {
    var message = ByteBuffer()
    switch content {
    case .data(var data):
      message.reserveCapacity(1 + data.readableBytes)
      message.writeInteger(channel)
      message.writeBuffer(&data)
    case .end: message.writeBytes([Self.closing, channel])
    }
    return message
  }
}
