/// One script: what came of it so far on both streams.
struct Exchange: Sendable {
  enum Outcome: Sendable, Hashable {
    case answer(RemoteAnswer)
    case closed(String)
    case tooMuch
    case nonsense
  }

  private var output: StreamScanner
  private var errors: StreamScanner
  private let heard: (@Sendable ([UInt8]) -> Void)?

  init(mark: String, most: Int, heard: (@Sendable ([UInt8]) -> Void)? = nil) {
    output = StreamScanner(mark: mark, most: most)
    errors = StreamScanner(mark: mark, most: most)
    self.heard = heard
  }

  mutating func receive(_ piece: some Sequence<UInt8>, on stream: RemoteStream) {
    switch stream {
    case .output:
      let known = output.bytes.count
      output.receive(piece)
      if let heard, output.bytes.count > known { heard(Array(output.bytes[known...])) }
    case .errors: errors.receive(piece)
    }
  }

  /// Nil while more is to come.
  var outcome: Outcome? {
    if output.end == .tooMuch || errors.end == .tooMuch { return .tooMuch }
    if output.end == .nonsense || errors.end == .nonsense { return .nonsense }
    switch (output.end, errors.end) {
    case (.closed(let cause), _), (_, .closed(let cause)): return .closed(cause)
    case (.status(let first), .status(let second)):
      guard first == second else { return .nonsense }
      return .answer(RemoteAnswer(status: first, output: output.bytes, errors: errors.bytes))
    default: return nil
    }
  }

  /// The last line on standard error. It may be the script's; only what is recognised in it may be told.
  var lastWords: String {
    String(decoding: errors.bytes.suffix(500), as: UTF8.self).split(whereSeparator: \.isNewline).last.map(String.init)
      ?? ""
  }
}
