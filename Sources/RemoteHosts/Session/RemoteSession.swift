import MusterCore
import Subprocess

/// A root shell on one machine over one connection, which is made when it is first needed and anew after it broke.
///
/// A script that does not end by itself (cancelled, too slow, too talkative) costs the connection: closing it is what ends
/// all that the script started, and the next script makes another one.
public actor RemoteSession: RemoteShell {
  public nonisolated let name: String
  private let host: RemoteHost
  private let options: RemoteOptions
  private let limits: RemoteLimits
  private let time: any Timekeeper
  /// Scripts run one after the other, though an actor lets calls overlap.
  private let order = Turnstile(places: 1)
  private var connection: Connection?
  private var isClosed = false

  /// Connects to nothing yet.
  ///
  /// - Parameter limits: shared among the sessions with all machines.
  public init(
    _ host: RemoteHost, options: RemoteOptions = RemoteOptions(), limits: RemoteLimits = RemoteLimits(),
    time: any Timekeeper = SystemTime()
  ) {
    self.host = host
    self.options = options
    self.limits = limits
    self.time = time
    name = host.name
  }

  deinit { connection?.breakOff() }

  /// Connects and becomes root, unless that is done already.
  ///
  /// - Throws: ``RemoteHostError`` with the reason and the cure, `CancellationError`.
  public func open() async throws {
    try await order.pass { _ = try await connected() }
  }

  public func run(_ script: RemoteScript) async throws -> RemoteAnswer {
    try await order.pass {
      let input = script.input
      return try await exchange(script) { connection in
        var pieces: [UInt8] = []
        var rest = input[...]
        while rest.count >= RemoteProgram.fullPiece {
          pieces += Array("full\n".utf8) + rest.prefix(RemoteProgram.fullPiece)
          rest = rest.dropFirst(RemoteProgram.fullPiece)
        }
        if !rest.isEmpty { pieces += Array("some \(rest.count)\n".utf8) + rest }
        await connection.send(pieces + Array("eof\n".utf8))
      }
    }
  }

  public func run(
    _ script: RemoteScript, length: Int, pieces: any AsyncSequence<[UInt8], any Error> & Sendable,
    progress: @escaping @Sendable (Int) -> Void
  ) async throws -> RemoteAnswer {
    let name = name
    return try await order.pass {
      try await limits.uploads.pass {
        try await exchange(script) { connection in
          var feed = PieceFeed(length: length, connection: connection, progress: progress)
          do {
            for try await piece in pieces {
              guard try await feed.send(piece) else { break }
            }
            try await feed.finish()
          } catch let error as PieceFeed.WrongLength {
            throw RemoteHostError(
              .client, "\(name): \(error.text) to send for '\(script.purpose)'; report this as a fault")
          }
        }
      }
    }
  }

  public func close() async {
    isClosed = true
    guard let connection else { return }
    self.connection = nil
    connection.breakOff()
    try? await order.pass { await connection.waitUntilGone() }
  }

  // MARK: One script

  private func exchange(
    _ script: RemoteScript, _ feed: @Sendable (Connection) async throws -> Void
  ) async throws -> RemoteAnswer {
    let connection = try await connected()
    let mark = Self.mark()
    connection.listen(.exchange(Exchange(mark: mark, most: script.mostOutput, heard: script.heard)))
    let seconds = max(1, (script.limit.wholeMilliseconds + 999) / 1000)
    // A line's end more, so that a script without one is no empty one.
    let text = Array((script.text + "\n").utf8)
    let timer = Task { [time] in
      // The machine keeps the time; this is for one that does not answer any more.
      try await time.sleep(for: .seconds(seconds) + Self.grace)
      try Task.checkCancellation()
      connection.expire()
      connection.breakOff()
    }
    defer { timer.cancel() }
    do {
      let outcome = try await withTaskCancellationHandler {
        await connection.send(Array("\(mark) \(text.count) \(seconds)\n".utf8) + text)
        try await feed(connection)
        return await connection.wait { state in
          if case .exchange(let exchange) = state.listener, let outcome = exchange.outcome {
            return Turn.outcome(outcome)
          }
          if state.isExpired { return .expired }
          return state.ending.map { .ended($0, Self.lastWords(state)) }
        }
      } onCancel: {
        connection.breakOff()
      }
      guard case .outcome(.answer(let answer))? = outcome else { throw failure(outcome, script) }
      connection.listen(.none)
      await connection.send(Array("done\n".utf8))
      return answer
    } catch {
      self.connection = nil
      connection.breakOff()
      await connection.waitUntilGone()
      throw Task.isCancelled ? CancellationError() : error
    }
  }

  private enum Turn: Sendable {
    case outcome(Exchange.Outcome)
    case expired
    case ended(Connection.Ending, String)
  }

  /// How long after a script's own limit the machine may take to say that it has ended it.
  private static let grace = Duration.seconds(15)

  private static func lastWords(_ state: Connection.State) -> String {
    if case .exchange(let exchange) = state.listener { exchange.lastWords } else { "" }
  }

  private func failure(_ turn: Turn?, _ script: RemoteScript) -> any Error {
    let fault = SessionFault(machine: name, purpose: script.purpose)
    switch turn {
    case nil: return CancellationError()
    case .expired?: return fault.deadline(script.limit)
    case .ended(_, let words)?: return fault.lost(words)
    case .outcome(.closed("deadline"))?: return fault.deadline(script.limit)
    case .outcome(.closed)?: return fault.killed()
    case .outcome(.tooMuch)?: return fault.tooMuch(script.mostOutput)
    case .outcome?: return fault.nonsense()
    }
  }

  /// Letters that no machine can guess: 128 bits.
  private static func mark() -> String {
    var generator = SystemRandomNumberGenerator()
    return [generator.next(), generator.next()].map { (word: UInt64) in
      String(repeating: "0", count: word.leadingZeroBitCount / 4) + (word == 0 ? "" : String(word, radix: 16))
    }.joined()
  }

  // MARK: The connection

  private func connected() async throws -> Connection {
    guard !isClosed else {
      throw RemoteHostError(.lost, "\(name): the session is closed; open another one")
    }
    if let connection, connection.look({ $0.ending == nil && !$0.isBrokenOff }) { return connection }
    connection = nil
    let opened = try await SessionOpener(host: host, options: options, time: time).open()
    guard !isClosed else {
      opened.breakOff()
      throw CancellationError()
    }
    connection = opened
    return opened
  }
}
