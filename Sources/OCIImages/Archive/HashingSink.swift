import Crypto

/// Passes bytes on and counts and hashes them.
final class HashingSink: ByteSink {
  private let next: (any ByteSink)?
  private var hash = SHA256()
  private(set) var count: Int64 = 0

  /// - Parameter next: nil: the bytes are only hashed.
  init(_ next: (any ByteSink)? = nil) { self.next = next }

  func write(_ bytes: UnsafeRawBufferPointer) throws(OCIError) {
    hash.update(bufferPointer: bytes)
    count += Int64(bytes.count)
    try next?.write(bytes)
  }

  /// The digest of what came so far.
  var digest: Digest { Digest(hash.finalize()) }
}
