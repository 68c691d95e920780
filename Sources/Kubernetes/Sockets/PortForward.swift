import NIOCore
import Synchronization

/// A connection to a port of a pod. Nothing is read ahead.
public final class PortForward: Sendable {
  private let socket: any APISocket
  private let port: UInt16
  private let frames: Mutex<PortFrames>

  init(socket: any APISocket, port: UInt16) {
    self.socket = socket
    self.port = port
    frames = Mutex(PortFrames(ports: [port]))
  }

  /// The next bytes from the port, or nil when the pod has closed the connection.
  ///
  /// - Throws: ``KubernetesError``: `unreachable` when nothing in the pod listens there, or the connection breaks.
  public func receive() async throws -> ByteBuffer? {
    while let message = try await socket.receive() {
      switch try frames.withLock({ frames throws(KubernetesError) in try frames.take(message) }) {
      case .named: continue
      case .data(let data, _): if data.readableBytes > 0 { return data }
      case .failure(let why, _):
        throw KubernetesError(
          .unreachable, "port \(port) of the pod cannot be reached: \(why); look whether its program listens there")
      }
    }
    return nil
  }

  /// Sends bytes to the port. Returns when more may follow.
  public func send(_ bytes: ByteBuffer) async throws {
    var rest = bytes
    while let piece = rest.readSlice(length: min(rest.readableBytes, 32_000)), piece.readableBytes > 0 {
      try await socket.send(PortFrames.message(piece))
    }
  }

  public func close() async { await socket.close() }
}
