/// Finds in what comes over one stream the bytes of one script, by the lines that begin and end them.
///
/// The lines hold a mark that is made up for each script, so that no byte of a script's output can be taken for one. What
/// comes before `MARK begin` is what another script's leftovers wrote, and is dropped.
struct StreamScanner: Sendable {
  enum End: Sendable, Hashable {
    /// The script ended with this status.
    case status(Int)
    /// It was ended, and the shell with it: `deadline`, `eof`, `killed`.
    case closed(String)
    /// More bytes came than it may write.
    case tooMuch
    /// A line with the mark that none of ours is.
    case nonsense
  }

  private(set) var bytes: [UInt8] = []
  private(set) var end: End?
  private let mark: [UInt8]
  private let most: Int
  private var pending: [UInt8] = []
  private var hasBegun = false

  /// The longest line with a mark, without it.
  private static let longestLine = 32

  /// - Parameters:
  ///   - mark: letters and digits, so that it cannot overlap itself in a way that hides it; at least 16.
  ///   - most: bytes of output; more is ``End/tooMuch``.
  init(mark: String, most: Int) {
    self.mark = Array(mark.utf8) + [0x20]
    self.most = most
  }

  mutating func receive(_ piece: some Sequence<UInt8>) {
    guard end == nil else { return }
    pending.append(contentsOf: piece)
    while end == nil {
      guard let start = pending.firstRange(of: mark)?.lowerBound else {
        take(pending.count - partOfMark)
        return
      }
      take(start)
      guard end == nil else { return }
      let rest = pending[mark.count...]
      guard let lineEnd = rest.prefix(Self.longestLine).firstIndex(of: 0x0A) else {
        if rest.count >= Self.longestLine { end = .nonsense }
        return
      }
      let words = String(decoding: rest[..<lineEnd], as: UTF8.self).split(separator: " ")
      pending.removeFirst(lineEnd + 1)
      read(words)
    }
  }

  /// How many of the last bytes may be the beginning of a mark. The others are told of at once: a script may write a line and then nothing
  /// for a long time.
  private var partOfMark: Int {
    (1..<mark.count).reversed().first { pending.count >= $0 && pending.suffix($0).elementsEqual(mark.prefix($0)) } ?? 0
  }

  /// Moves bytes to the output, or drops them.
  private mutating func take(_ count: Int) {
    guard count > 0 else { return }
    if hasBegun, end == nil {
      if bytes.count + count > most { end = .tooMuch } else { bytes.append(contentsOf: pending.prefix(count)) }
    }
    pending.removeFirst(count)
  }

  private mutating func read(_ words: [Substring]) {
    guard end == nil else { return }
    switch (words.first, words.count) {
    case ("begin", 1) where !hasBegun: hasBegun = true
    // Written only to learn whether anybody reads.
    case ("beat", 1): break
    case ("end", 2) where hasBegun:
      if let status = UInt8(words[1]) { end = .status(Int(status)) } else { end = .nonsense }
    case ("closed", 2): end = .closed(String(words[1]))
    default: end = .nonsense
    }
  }
}
