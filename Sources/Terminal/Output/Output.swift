/// What a command prints with: results to standard output in the mode that was asked for, everything else to standard
/// error.
///
/// Writing a result throws (`TerminalError`, code `brokenPipe` when the reader has gone: leave without a word); writing
/// a message never does.
public struct Output: Sendable {
  public let mode: OutputMode
  public let results: TerminalStream
  public let messages: TerminalStream

  public init(
    mode: OutputMode = .table, results: TerminalStream = .standardOutput,
    messages: TerminalStream = .standardError
  ) {
    self.mode = mode
    self.results = results
    self.messages = messages
  }

  /// Prints one result in the mode's form.
  ///
  /// - Parameters:
  ///   - value: what `json` prints.
  ///   - table: what `table` prints.
  ///   - ids: what `quiet` prints, one a line.
  public func render(
    _ value: some Encodable, table: @autoclosure () -> Table, ids: @autoclosure () -> [String]
  ) throws {
    switch mode {
    case .json: try put(JSONText.encode(value, pretty: results.isTerminal) + "\n")
    case .quiet: try put(ids().map { VisibleText.line($0) + "\n" }.joined())
    case .table:
      let table = table()
      if table.rows.isEmpty, let whenEmpty = table.whenEmpty { return note(whenEmpty) }
      try put(table.render(width: results.width, colours: results.hasColours))
    }
  }

  /// Prints one of a stream of results: a line of JSON, the id, or `text`.
  public func renderLine(_ value: some Encodable, text: @autoclosure () -> String, id: String) throws {
    switch mode {
    case .json: try put(JSONText.encode(value, pretty: false) + "\n")
    case .quiet: try put(VisibleText.line(id) + "\n")
    case .table: try put(VisibleText.line(text()) + "\n")
    }
  }

  /// Prints a line of a result, whatever the mode. Control characters are shown.
  public func line(_ text: String, style: Style = .plain) throws {
    try put(style.applied(to: VisibleText.line(text), colours: results.hasColours) + "\n")
  }

  /// Prints what a task or a program wrote: untouched into a file or a pipe; on a terminal with control characters shown.
  public func payload(_ bytes: [UInt8]) throws {
    guard results.isTerminal else { return try put(bytes: bytes) }
    try put(VisibleText.lines(String(decoding: bytes, as: UTF8.self)))
  }

  /// Says something that helps a person, on standard error; in the other modes nobody reads it and it is not said.
  public func note(_ text: String) {
    guard mode == .table else { return }
    try? messages.write(VisibleText.line(text) + "\n")
  }

  /// Says, in every mode, what the user should know although the command goes on.
  public func warning(_ text: String) {
    if mode == .json {
      complain(["warning": ["message": text]])
    } else {
      try? messages.write(
        Style.attention.applied(to: "warning:", colours: messages.hasColours) + " "
          + VisibleText.line(text) + "\n")
    }
  }

  /// Says why the command failed: `error: MESSAGE`, or in JSON `{"error": {"code", "details", "message"}}`.
  ///
  /// `message` may have several lines (all problems of a file at once); each but the first is indented.
  public func failure(code: String, message: String, details: [String: String] = [:]) {
    if mode == .json {
      complain(["error": Failure(code: code, message: message, details: details)])
    } else {
      let text = VisibleText.lines(message).split(separator: "\n", omittingEmptySubsequences: false)
      let label = Style.bad.applied(to: "error:", colours: messages.hasColours)
      try? messages.write("\(label) \(text.joined(separator: "\n  "))\n")
    }
  }

  private struct Failure: Encodable {
    var code: String
    var message: String
    var details: [String: String]
  }

  private func complain(_ value: some Encodable) {
    guard let text = try? JSONText.encode(value, pretty: messages.isTerminal) else { return }
    try? messages.write(text + "\n")
  }

  private func put(_ text: String) throws { try put(bytes: Array(text.utf8)) }

  private func put(bytes: [UInt8]) throws {
    guard !bytes.isEmpty else { return }
    guard results.isTerminal && messages !== results else { return try results.write(bytes: bytes) }
    // Both streams are the same screen: a progress bar on one must not be left behind in the other's text.
    try messages.withoutLiveLine { try results.write(bytes: bytes) }
  }
}
