import NIOCore
import Synchronization

/// The bytes of a blob for one request after the other, from one opening of it.
///
/// One request at a time reads from it; a request that failed may still be reading, so after a failure it is thrown away
/// and the blob is opened anew.
///
/// The last bytes are held back until the source has come to its end, for only there it says whether all of them were right: no
/// registry gets a whole blob that is wrong.
final class UploadFeed: @unchecked Sendable {
  // Touched only by the one request that reads, which `Sendable` cannot say of an iterator.
  private var pieces: BlobStream.AsyncIterator
  private var rest = ByteBuffer()
  private var hasEnded = false
  private let size: Int64
  private struct State {
    var position: Int64
    var isStopped = false
  }
  private let state: Mutex<State>
  private let progress: @Sendable (Int64) -> Void

  /// - Parameters:
  ///   - offset: where the stream begins.
  ///   - size: of the whole blob.
  init(
    _ stream: BlobStream, at offset: Int64, size: Int64, progress: @escaping @Sendable (Int64) -> Void
  ) {
    self.size = size
    pieces = stream.makeAsyncIterator()
    state = Mutex(State(position: offset))
    self.progress = progress
  }

  /// How far it has been read.
  var position: Int64 { state.withLock { $0.position } }

  /// Nothing is read or reported any more.
  ///
  /// - Returns: how far it was read.
  func stop() -> Int64 {
    state.withLock {
      $0.isStopped = true
      return $0.position
    }
  }

  /// The next bytes, none of them at or behind `end`; nil there.
  ///
  /// - Throws: ``OCIError`` (`bad_image`) when the blob is shorter than that; (`bad_digest`) when it is longer than it should be.
  func next(before end: Int64) async throws -> ByteBuffer? {
    let room = end - position
    guard room > 0 else { return nil }
    while rest.readableBytes == 0 {
      guard let piece = try await pieces.next() else {
        throw OCIError(
          .badImage, "a blob ends after \(position) bytes, and it should have \(end); see where it comes from")
      }
      rest = piece
    }
    if position + Int64(rest.readableBytes) >= size { try await checkEnd() }
    let count = Int(min(room, Int64(rest.readableBytes)))
    guard let piece = rest.readSlice(length: count) else { return nil }
    // Reported under the lock, so that nothing is reported after ``stop()`` has said where it stands.
    try state.withLock { state in
      if state.isStopped { throw CancellationError() }
      state.position += Int64(count)
      progress(Int64(count))
    }
    return piece
  }

  /// Reads the source to its end, with what is held back here; there it throws if something was wrong.
  ///
  /// - Throws: ``OCIError`` (`bad_digest`, or the source's own).
  func checkEnd() async throws {
    guard !hasEnded else { return }
    while position + Int64(rest.readableBytes) <= size {
      guard let surplus = try await pieces.next() else {
        hasEnded = true
        return
      }
      guard surplus.readableBytes == 0 else { break }
    }
    throw OCIError(
      .badDigest, "a blob has more than the \(size) bytes that it should have; see where it comes from")
  }

  /// The bytes up to `end`, as a request's body.
  func body(before end: Int64) -> Body { Body(feed: self, end: end) }

  struct Body: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let feed: UploadFeed
    let end: Int64

    struct Iterator: AsyncIteratorProtocol {
      let body: Body

      mutating func next() async throws -> ByteBuffer? { try await body.feed.next(before: body.end) }
    }

    func makeAsyncIterator() -> Iterator { Iterator(body: self) }
  }
}
