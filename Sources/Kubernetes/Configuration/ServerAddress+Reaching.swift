import MusterCore
import NIOCore
import NIOPosix

extension ServerAddress {
  /// Tries a TCP connection, which is closed again at once: nothing is sent, and who answers is not asked.
  ///
  /// - Parameter patience: how long it may take, the search for the name's address among it.
  /// - Returns: why there is none, as the end of a sentence: "the connection was refused"; nil: somebody listens there.
  public func obstacle(patience: Duration = .seconds(3)) async -> String? {
    do {
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(.nanoseconds(patience.wholeNanoseconds))
        .connect(host: host, port: port).get()
      try? await channel.close()
      return nil
    } catch {
      let text = String(describing: error)
      if text.contains("onnectTimeout") || text.contains("onnect timeout") || text.contains("timed out") {
        return "no answer came within \(DurationText.text(patience))"
      }
      return TransportFailure.connecting(text)
    }
  }
}
