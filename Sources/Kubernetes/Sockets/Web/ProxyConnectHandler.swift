import NIOCore

/// Asks an HTTP proxy to CONNECT, and lets the handlers after it begin when the proxy has agreed.
final class ProxyConnectHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Bytes of the proxy's answer; a longer one is none.
  static let answerLimit = 16_384

  private let proxy: ProxyAddress
  /// Host and port; a CONNECT needs the port also where that is the usual one.
  private let target: String
  private var answer = ByteBuffer()

  init(_ proxy: ProxyAddress, to host: String, port: Int) {
    self.proxy = proxy
    target = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  func channelActive(context: ChannelHandlerContext) {
    var request = "CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n"
    if let authorization = proxy.authorization { request += "Proxy-Authorization: \(authorization.reveal())\r\n" }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request + "\r\n")), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var part = unwrapInboundIn(data)
    answer.writeBuffer(&part)
    let bytes = answer.readableBytesView
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
      if bytes.count > Self.answerLimit { refuse(context, "its answer is no HTTP") }
      return
    }
    let words = String(decoding: bytes.prefix { $0 != 0x0D }, as: UTF8.self).split(separator: " ")
    guard words.count > 1, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]), (200..<300).contains(status)
    else {
      refuse(context, words.count > 1 ? "it answers \(words[1])" : "its answer is no HTTP")
      return
    }
    let rest = answer.getSlice(at: end.upperBound, length: bytes.endIndex - end.upperBound)
    context.fireChannelActive()
    if let rest, rest.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(rest)) }
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  private func refuse(_ context: ChannelHandlerContext, _ why: String) {
    context.fireErrorCaught(
      KubernetesError(
        .unreachable,
        "the proxy \(proxy) does not lead to \(target): \(why); look at the proxy-url of the cluster",
        details: KubernetesError.notSent))
    context.close(promise: nil)
  }
}
