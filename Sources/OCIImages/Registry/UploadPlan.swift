/// Which request comes next while a blob is sent to a registry. A value without I/O: it takes what happened and says what
/// to do.
///
/// A blob that fits into one chunk goes in one request; a larger one in several, whose end each is known to the registry, so
/// that a broken connection costs one chunk. Guarantees: bytes are only ever sent from where the registry says that it is;
/// there is an end to it, however the registry answers.
///
/// Source of the protocol: OCI distribution specification, "Pushing blobs".
struct UploadPlan: Sendable {
  enum Event: Sendable, Hashable {
    /// The registry opened an upload.
    ///
    /// - Parameter minimumChunk: what its `OCI-Chunk-Min-Length` says.
    case opened(minimumChunk: Int64?)
    /// It took a chunk, and has the bytes up to here.
    case took(upTo: Int64)
    /// It closed the upload: the blob is there.
    case closed
    /// The connection broke, or the registry cannot now.
    case broken
    /// It says how much it has.
    case has(Int64)
    /// It knows nothing of the upload, or wants other bytes than it said.
    case lost
    /// The request was larger than it, or something before it, takes.
    case tooLarge
  }

  enum Step: Sendable, Hashable {
    case open
    /// Everything in one request that also closes the upload.
    case sendAll
    case send(Range<Int64>)
    case close
    /// Ask how much it has.
    case ask
    case done
    case fail(Failure)
  }

  enum Failure: Sendable, Hashable {
    case brokenTooOften, lostTooOften
    /// Not even the smallest chunk is taken.
    case tooLarge
    /// It says that it has more than was sent, or less than it had.
    case senseless
  }

  let size: Int64
  private(set) var chunk: Int64
  /// What the registry has for certain.
  private(set) var offset: Int64 = 0
  private var minimumChunk: Int64 = 0
  /// The end of what was sent last.
  private var sent: Int64 = 0
  private var breaks = 0
  private var losses = 0
  private var allLosses = 0
  /// The most that the registry ever had, in whichever upload.
  private var highest: Int64 = 0

  static let smallestChunk: Int64 = 65_536
  /// Breaks in a row without a byte getting through.
  static let maximumBreaks = 8
  /// Losses in a row without getting further than ever before.
  static let maximumLosses = 4
  /// Losses at all: each may cost the whole blob once more.
  static let maximumLossesInAll = 32

  init(size: Int64, chunk: Int64) {
    self.size = size
    self.chunk = max(chunk, Self.smallestChunk)
  }

  mutating func next(after event: Event) -> Step {
    switch event {
    case .opened(let minimum):
      // A registry may want chunks of some size, not blobs cut into two.
      minimumChunk = min(max(minimum ?? 0, 0), 1 << 40)
      (offset, sent) = (0, 0)
      return sendOn()
    case .took(let end):
      guard end > offset, end <= sent else { return .fail(.senseless) }
      offset = end
      breaks = 0
      noteProgress()
      return sendOn()
    case .closed: return .done
    case .broken:
      breaks += 1
      guard breaks < Self.maximumBreaks else { return .fail(.brokenTooOften) }
      // What cuts connections after some time or size is got past with less at a time.
      if breaks > 1 { shrink() }
      return .ask
    case .has(let count):
      guard count >= 0, count <= max(sent, offset) else { return .fail(.senseless) }
      if count > offset { breaks = 0 }
      offset = count
      noteProgress()
      return sendOn()
    case .lost:
      losses += 1
      allLosses += 1
      guard losses < Self.maximumLosses, allLosses < Self.maximumLossesInAll else { return .fail(.lostTooOften) }
      (offset, sent) = (0, 0)
      return .open
    case .tooLarge:
      guard chunk > max(minimumChunk, Self.smallestChunk) else { return .fail(.tooLarge) }
      chunk = min(chunk, max(size - offset, Self.smallestChunk))
      shrink()
      return .ask
    }
  }

  private mutating func noteProgress() {
    guard offset > highest else { return }
    highest = offset
    losses = 0
  }

  private mutating func shrink() { chunk = max(chunk / 4, Self.smallestChunk) }

  private mutating func sendOn() -> Step {
    let chunk = max(chunk, minimumChunk)
    if offset == 0, size <= chunk {
      sent = size
      return .sendAll
    }
    guard offset < size else { return .close }
    sent = size - offset <= chunk ? size : offset + chunk
    return .send(offset..<sent)
  }
}
