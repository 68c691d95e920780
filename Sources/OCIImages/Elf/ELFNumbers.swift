/// Reads the numbers of an ELF file in its byte order and width.
struct ELFNumbers: Sendable {
  let is64Bit: Bool
  let isLittleEndian: Bool

  func half(_ bytes: [UInt8], _ offset: Int) -> UInt16 { UInt16(truncatingIfNeeded: number(bytes, offset, 2)) }
  func integer(_ bytes: [UInt8], _ offset: Int) -> UInt32 { UInt32(truncatingIfNeeded: number(bytes, offset, 4)) }

  /// An address or size: 4 or 8 bytes.
  func word(_ bytes: [UInt8], _ offset: Int) -> UInt64 { number(bytes, offset, is64Bit ? 8 : 4) }

  /// Zero for what is beyond the end: callers have checked the length before.
  private func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
    guard offset >= 0, offset + count <= bytes.count else { return 0 }
    let part = bytes[offset..<offset + count]
    return isLittleEndian
      ? part.reversed().reduce(0) { $0 << 8 | UInt64($1) } : part.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
