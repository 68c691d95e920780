import NIOCore
import Synchronization

/// A blob that can be opened anew from the midst of it and is checked to its end all the same.
///
/// States of the hash are kept every few megabytes; from the last one before the offset the source is read again.
final class ResumableBlob: Sendable {
  private static let distance: Int64 = 4 << 20
  private let source: any ImageSource
  private let descriptor: Descriptor
  private let states: Mutex<[VerifiedContent]>

  init(_ source: any ImageSource, _ descriptor: Descriptor) {
    self.source = source
    self.descriptor = descriptor
    states = Mutex([VerifiedContent(descriptor)])
  }

  /// - Throws: ``OCIError`` (`bad_digest`), while reading, if the bytes are wrong.
  func open(_ offset: Int64) async throws -> BlobStream {
    let state = states.withLock { states in states.last { $0.count <= offset } } ?? VerifiedContent(descriptor)
    let stream = try await source.blob(descriptor, from: state.count)
    return BlobStream(Pieces(blob: self, stream: stream, state: state, offset: offset))
  }

  private func note(_ state: VerifiedContent) {
    states.withLock { states in
      if let last = states.last, state.count - last.count >= Self.distance { states.append(state) }
    }
  }

  private struct Pieces: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let blob: ResumableBlob
    let stream: BlobStream
    let state: VerifiedContent
    let offset: Int64

    struct AsyncIterator: AsyncIteratorProtocol {
      let blob: ResumableBlob
      var pieces: BlobStream.AsyncIterator
      var state: VerifiedContent
      let offset: Int64

      mutating func next() async throws -> ByteBuffer? {
        while let read = try await pieces.next() {
          var piece = read
          let start = state.count
          try state.take(piece)
          blob.note(state)
          if start < offset {
            let skipped = Swift.min(offset - start, Int64(piece.readableBytes))
            piece.moveReaderIndex(forwardBy: Int(skipped))
          }
          if piece.readableBytes > 0 { return piece }
        }
        try state.finish()
        return nil
      }
    }

    func makeAsyncIterator() -> AsyncIterator {
      AsyncIterator(blob: blob, pieces: stream.makeAsyncIterator(), state: state, offset: offset)
    }
  }
}
