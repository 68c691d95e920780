/// Reading the server's binary forms; all numbers are big-endian.
extension UnsafeRawBufferPointer {
  @inline(__always)
  func integer<Number: FixedWidthInteger>(_: Number.Type, at offset: Int = 0) -> Number {
    precondition(count >= offset + MemoryLayout<Number>.size, "the value is shorter than its type")
    return Number(bigEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  /// The elements of an array in `array_send`'s form; nil for NULL. Several dimensions are read as one.
  func elements() -> [UnsafeRawBufferPointer?] {
    let dimensions = Int(integer(Int32.self))
    var total = dimensions == 0 ? 0 : 1
    for dimension in 0..<dimensions { total *= Int(integer(Int32.self, at: 12 + dimension * 8)) }
    var offset = 12 + dimensions * 8
    var result: [UnsafeRawBufferPointer?] = []
    result.reserveCapacity(total)
    for _ in 0..<total {
      let length = Int(integer(Int32.self, at: offset))
      offset += 4
      guard length >= 0 else {
        result.append(nil)
        continue
      }
      result.append(UnsafeRawBufferPointer(rebasing: self[offset..<offset + length]))
      offset += length
    }
    return result
  }
}
