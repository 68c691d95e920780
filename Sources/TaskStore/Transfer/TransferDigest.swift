import Crypto
import Foundation

/// Holds the rows of a store against those of another: SHA-256 over everything in them, in order.
struct TransferDigest: Sendable {
  private var hash = SHA256()
  private var buffer: [UInt8] = []

  /// Every value is preceded by what it is and its length, so that no two different lists of values give the same bytes.
  mutating func add(_ number: Int64?) {
    buffer.append(number == nil ? 0 : 1)
    withUnsafeBytes(of: (number ?? 0).littleEndian) { buffer.append(contentsOf: $0) }
    flush(beyond: 1 << 14)
  }

  mutating func add(_ text: String?) {
    guard var text else { return add(nil as Int64?) }
    text.withUTF8 { add(bytes: UnsafeRawBufferPointer($0)) }
  }

  mutating func add(_ data: Data) { data.withUnsafeBytes { add(bytes: $0) } }

  /// In hexadecimal. Nothing may be added afterwards.
  mutating func finish() -> String {
    flush(beyond: 0)
    return hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  private mutating func add(bytes: UnsafeRawBufferPointer) {
    buffer.append(2)
    withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { buffer.append(contentsOf: $0) }
    if bytes.count > 1 << 14 {
      flush(beyond: 0)
      hash.update(bufferPointer: bytes)
    } else {
      buffer.append(contentsOf: bytes)
      flush(beyond: 1 << 14)
    }
  }

  private mutating func flush(beyond limit: Int) {
    guard buffer.count > limit else { return }
    buffer.withUnsafeBytes { hash.update(bufferPointer: $0) }
    buffer.removeAll(keepingCapacity: true)
  }
}
