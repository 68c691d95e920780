import NIOCore

/// Reads the messages of a port-forward over `v4.channel.k8s.io`: for the n-th port channel 2n carries data and 2n+1
/// an error; the first message on each names the port, two bytes, little-endian.
struct PortFrames {
  enum Event: Equatable {
    /// The server has named the port of a channel.
    case named
    case data(ByteBuffer, port: Int)
    case failure(String, port: Int)
  }

  private let ports: [UInt16]
  private var named: Set<UInt8> = []

  init(ports: [UInt16]) { self.ports = ports }

  /// - Throws: ``KubernetesError`` (`badAnswer`) for a channel or a port that was not asked for.
  mutating func take(_ message: ByteBuffer) throws(KubernetesError) -> Event {
    var message = message
    guard let channel = message.readInteger(as: UInt8.self) else {
      throw KubernetesError(.badAnswer, "the API server sent an empty message where the number of a channel belongs")
    }
    let index = Int(channel / 2)
    guard index < ports.count else {
      throw KubernetesError(
        .badAnswer, "the API server sent something on channel \(channel), for a port that was not asked for")
    }
    guard !named.insert(channel).inserted else {
      guard message.readableBytes == 2, let port = message.readInteger(endianness: .little, as: UInt16.self),
        port == ports[index]
      else {
        throw KubernetesError(.badAnswer, "the API server forwards another port than \(ports[index])")
      }
      return .named
    }
    if channel % 2 == 0 { return .data(message.slice(), port: index) }
    return .failure(RefusalSentence.cleaned(String(buffer: message), limit: 500), port: index)
  }

  /// What is sent to a port.
  static func message(_ data: ByteBuffer, port: Int = 0) -> ByteBuffer {
    StreamFrame(channel: UInt8(clamping: port * 2), .data(data)).message
  }
}
