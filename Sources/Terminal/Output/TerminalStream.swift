import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where text goes: standard output, standard error, or memory in a test.
///
/// One write is never torn by another of the same stream, and live lines (see ``setLiveLines(_:)``) are taken away before
/// other text is written and drawn again after it.
public final class TerminalStream: Sendable {
  private enum Sink: Sendable {
    case descriptor(Int32, name: String)
    case memory(width: Int, height: Int)
  }
  private struct State {
    var live = LiveLines()
    var memory: [UInt8] = []
  }
  private let sink: Sink
  private let state = Mutex(State())
  /// Whether a person watches: decides about colours, truncation, live lines and pretty JSON.
  public let isTerminal: Bool
  /// Whether colours may be used: on a terminal that is not `dumb`, unless `NO_COLOR` is set to something.
  public let hasColours: Bool
  /// Whether several lines can be redrawn in place: on a terminal that is not `dumb`.
  public let canRedraw: Bool

  private init(sink: Sink, isTerminal: Bool, hasColours: Bool, canRedraw: Bool) {
    self.sink = sink
    self.isTerminal = isTerminal
    self.hasColours = hasColours
    self.canRedraw = canRedraw
  }

  private convenience init(descriptor: Int32, name: String) {
    let isTerminal = isatty(descriptor) == 1
    self.init(
      sink: .descriptor(descriptor, name: name), isTerminal: isTerminal,
      hasColours: isTerminal
        && TerminalStream.allowsColours(
          noColour: TerminalStream.variable("NO_COLOR"), term: TerminalStream.variable("TERM")),
      canRedraw: isTerminal && TerminalStream.variable("TERM") != "dumb")
  }

  public static let standardOutput = TerminalStream(descriptor: STDOUT_FILENO, name: "standard output")
  public static let standardError = TerminalStream(descriptor: STDERR_FILENO, name: "standard error")

  /// A stream that keeps what is written, for tests; read it with ``contents``.
  public static func memory(
    isTerminal: Bool = false, hasColours: Bool = false, width: Int = 80, height: Int = 24
  ) -> TerminalStream {
    TerminalStream(
      sink: .memory(width: width, height: height), isTerminal: isTerminal, hasColours: hasColours,
      canRedraw: isTerminal)
  }

  /// Makes a write into a pipe that nobody reads an error instead of the death of the process.
  ///
  /// The command line calls this first. It changes the whole process: whoever starts other programs must reset SIGPIPE
  /// to its default for them.
  public static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

  /// What was written into a memory stream so far; empty for the others.
  public var contents: String { String(decoding: bytes, as: UTF8.self) }

  /// The same, as bytes.
  public var bytes: [UInt8] { state.withLock { $0.memory } }

  /// Columns of the terminal as it is now; nil when the stream is none, or does not know.
  public var width: Int? { size?.columns }

  /// Rows of the terminal as it is now; nil when the stream is none, or does not know.
  public var height: Int? { size?.rows }

  private var size: (columns: Int?, rows: Int?)? {
    guard isTerminal else { return nil }
    switch sink {
    case .memory(let width, let height): return (width, height)
    case .descriptor(let descriptor, _):
      var size = winsize()
      guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 else { return nil }
      return (size.ws_col > 0 ? Int(size.ws_col) : nil, size.ws_row > 0 ? Int(size.ws_row) : nil)
    }
  }

  /// Writes all of it.
  ///
  /// - Throws: ``TerminalError`` when the reader has gone or the system refuses.
  public func write(_ text: String) throws { try write(bytes: Array(text.utf8)) }

  /// Writes all of it, untouched.
  ///
  /// - Throws: ``TerminalError`` when the reader has gone or the system refuses.
  public func write(bytes: [UInt8]) throws {
    try state.withLock { state in
      guard !state.live.isEmpty else { return try put(bytes, &state) }
      try put(Array(state.live.erasure.utf8) + bytes + Array(state.live.drawing.utf8), &state)
    }
  }

  /// Shows `line` in the last row until it is replaced; an empty one takes it away. Without a terminal nothing happens.
  ///
  /// The line must be narrower than ``width`` and hold no line break. A failure to draw is not reported: it is decoration.
  public func setLiveLine(_ line: String) { setLiveLines(line.isEmpty ? [] : [line]) }

  /// Shows `lines` in the last rows until they are replaced; none takes them away. Without a terminal nothing happens.
  ///
  /// Each must be narrower than ``width`` and hold no line break; those for which the screen has no row are left out, as what
  /// has left the screen cannot be redrawn. A failure to draw is not reported: it is decoration.
  public func setLiveLines(_ lines: [String]) {
    guard isTerminal else { return }
    let lines = Array(lines.prefix(max((height ?? 24) - 1, 1)))
    state.withLock { state in
      guard let text = state.live.replace(with: lines) else { return }
      try? put(Array(text.utf8), &state)
    }
  }

  /// Runs `body` while the live lines are away, for writing to another stream that shares the screen.
  func withoutLiveLine(_ body: () throws -> Void) rethrows {
    try state.withLock { state in
      guard !state.live.isEmpty else { return try body() }
      try? put(Array(state.live.erasure.utf8), &state)
      defer { try? put(Array(state.live.drawing.utf8), &state) }
      try body()
    }
  }

  private func put(_ bytes: [UInt8], _ state: inout State) throws {
    switch sink {
    case .memory: state.memory += bytes
    case .descriptor(let descriptor, let name): try TerminalStream.writeAll(bytes, to: descriptor, name: name)
    }
  }

  static func writeAll(_ bytes: [UInt8], to descriptor: Int32, name: String) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        // Another program may have made a shared terminal non-blocking: wait until it takes bytes again.
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&request, 1, 1000)
      case EPIPE: throw TerminalError(code: .brokenPipe, message: "the reader of \(name) has gone")
      case let number:
        let reason = String(cString: strerror(number))
        throw TerminalError(code: .writeFailed, message: "cannot write to \(name): \(reason)")
      }
    }
  }

  static func allowsColours(noColour: String?, term: String?) -> Bool {
    (noColour ?? "").isEmpty && term != "dumb"
  }

  private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
