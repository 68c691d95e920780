import NIOCore
import NIOFoundationCompat
import Synchronization

import class Foundation.JSONDecoder

/// A command that runs in a container, or a container that one is attached to.
///
/// Nothing is read ahead: output that nobody reads makes the command wait, as a full pipe would. Read ``output`` first,
/// then ask for ``exitStatus()``; whoever wants only the status may ask at once, and output is thrown away. Closing (or
/// letting go of) the session ends the connection; whether the command ends with it is up to the container's runtime.
public final class ExecSession: Sendable {
  /// What a command writes.
  public enum Output: Sendable, Equatable {
    case standardOutput(ByteBuffer)
    case standardError(ByteBuffer)
  }

  private struct State {
    var end: Result<ExecExit, any Error>?
  }

  private let socket: any APISocket
  /// As in "run 'ls' in pod 'a'".
  private let subject: String
  private let state = Mutex(State())

  /// `v5.channel.k8s.io` or `v4.channel.k8s.io`.
  public var channelProtocol: String { socket.chosenProtocol }
  private var knowsClosing: Bool { socket.chosenProtocol == KubernetesClient.streamProtocols[0] }

  init(socket: any APISocket, subject: String) {
    self.socket = socket
    self.subject = subject
  }

  /// What the command writes, in the order in which it came; ends when the command has ended.
  public var output: ExecOutput { ExecOutput(session: self) }

  /// Writes to the command's standard input. Returns when more may follow.
  public func write(_ bytes: ByteBuffer) async throws {
    var rest = bytes
    // Old kubelets read messages of at most 32 KiB.
    while let piece = rest.readSlice(length: min(rest.readableBytes, 32_000)), piece.readableBytes > 0 {
      try await socket.send(StreamFrame(channel: StreamFrame.input, .data(piece)).message)
    }
  }

  public func write(_ text: String) async throws { try await write(ByteBuffer(string: text)) }

  /// Ends the command's standard input.
  ///
  /// - Throws: ``KubernetesError`` (`unsupported`) with a server before Kubernetes 1.30, whose protocol cannot say so.
  public func closeInput() async throws {
    guard knowsClosing else {
      throw KubernetesError(
        .unsupported,
        "the API server speaks \(socket.chosenProtocol), in which standard input cannot be ended alone; let the command "
          + "know its input's length (as `head -c`), or use Kubernetes 1.30 or later")
    }
    try await socket.send(StreamFrame(channel: StreamFrame.input, .end).message)
  }

  /// Tells the command's terminal its size, in characters.
  public func resize(columns: Int, rows: Int) async throws {
    let size = JSONWriter.buffer(["Width": .integer(Int64(columns)), "Height": .integer(Int64(rows))])
    try await socket.send(StreamFrame(channel: StreamFrame.size, .data(size)).message)
  }

  /// How the command ended. Output that was not read is thrown away.
  ///
  /// - Throws: ``KubernetesError``: `refused` when the command could not be run (as when there is no such program),
  ///   `unreachable` when the connection broke before the command ended, so that nobody knows.
  public func exitStatus() async throws -> ExecExit {
    while try await next() != nil {}
    guard let end = state.withLock({ $0.end }) else { throw unknown(nil) }
    return try end.get()
  }

  public func close() async { await socket.close() }

  func next() async throws -> Output? {
    while true {
      if state.withLock({ $0.end }) != nil { return nil }
      let message: ByteBuffer?
      do {
        message = try await socket.receive()
      } catch let error as KubernetesError where error.code == .unreachable {
        message = nil
        state.withLock { $0.end = $0.end ?? .failure(unknown(error)) }
      }
      guard let message else {
        state.withLock { $0.end = $0.end ?? .failure(unknown(nil)) }
        return nil
      }
      let frame = try StreamFrame(message, knowsClosing: knowsClosing)
      guard case .data(let data) = frame.content, data.readableBytes > 0 else { continue }
      switch frame.channel {
      case StreamFrame.output: return .standardOutput(data)
      case StreamFrame.errors: return .standardError(data)
      case StreamFrame.status: finish(data)
      default: continue
      }
    }
  }

  private func finish(_ data: ByteBuffer) {
    let end: Result<ExecExit, any Error>
    do {
      guard let status = try? JSONDecoder().decode(Status.self, from: data) else {
        throw KubernetesError(
          .badAnswer,
          "the API server says how the command ended in words: "
            + "\(RefusalSentence.cleaned(String(buffer: data), limit: 300)); a Status was expected")
      }
      end = .success(try ExecExit(status, subject))
    } catch {
      end = .failure(error)
    }
    state.withLock { $0.end = $0.end ?? end }
  }

  private func unknown(_ cause: KubernetesError?) -> KubernetesError {
    KubernetesError(
      .unreachable,
      "the connection ended before the API server said how it went to \(subject); the command may still run",
      cause: cause)
  }
}
