/// One header block of a tar archive: 512 bytes of fields at fixed places.
///
/// Source of the format: POSIX.1-2008, pax, "ustar Interchange Format"; GNU tar's numbers above octal ("base-256").
struct TarBlock: Sendable, Equatable {
  static let size = 512

  /// Name, number of bytes.
  struct Field: Sendable {
    let offset: Int
    let length: Int

    static let name = Field(offset: 0, length: 100)
    static let mode = Field(offset: 100, length: 8)
    static let user = Field(offset: 108, length: 8)
    static let group = Field(offset: 116, length: 8)
    static let size = Field(offset: 124, length: 12)
    static let modified = Field(offset: 136, length: 12)
    static let checksum = Field(offset: 148, length: 8)
    static let type = Field(offset: 156, length: 1)
    static let target = Field(offset: 157, length: 100)
    static let magic = Field(offset: 257, length: 8)
    static let deviceMajor = Field(offset: 329, length: 8)
    static let deviceMinor = Field(offset: 337, length: 8)
    static let prefix = Field(offset: 345, length: 155)
  }

  private(set) var bytes: [UInt8]

  init() {
    bytes = Array(repeating: 0, count: Self.size)
    put(Array("ustar\u{0}00".utf8), .magic)
  }

  /// - Precondition: 512 bytes.
  init(_ bytes: [UInt8]) {
    precondition(bytes.count == Self.size)
    self.bytes = bytes
  }

  /// The end of an archive is two such blocks.
  var isZero: Bool { bytes.allSatisfy { $0 == 0 } }

  var type: UInt8 {
    get { bytes[Field.type.offset] }
    set { bytes[Field.type.offset] = newValue }
  }

  /// Whether the POSIX prefix may be there; GNU's format has other things in its place.
  var hasPrefix: Bool { Array(bytes[257..<263]) == Array("ustar\u{0}".utf8) }

  /// Up to the first zero.
  func text(_ field: Field) -> [UInt8] {
    Array(bytes[field.offset..<field.offset + field.length].prefix { $0 != 0 })
  }

  mutating func put(_ text: [UInt8], _ field: Field) {
    for (index, byte) in text.prefix(field.length).enumerated() { bytes[field.offset + index] = byte }
  }

  /// Nil if the field holds no number, or one beyond 63 bits.
  func number(_ field: Field) -> Int64? {
    let digits = bytes[field.offset..<field.offset + field.length]
    guard let first = digits.first else { return nil }
    if first & 0x80 != 0 { return Self.binary(Array(digits)) }
    var result: Int64 = 0
    var started = false
    for byte in digits {
      if byte == 0 || (byte == 0x20 && started) { break }
      if byte == 0x20 { continue }
      guard (0x30...0x37).contains(byte), result < 1 << 59 else { return nil }
      started = true
      result = result << 3 | Int64(byte - 0x30)
    }
    return result
  }

  /// Two's complement, from the highest byte, whose top bit only says that the number is in this form.
  private static func binary(_ digits: [UInt8]) -> Int64? {
    let isNegative = digits[0] & 0x40 != 0
    var result: Int64 = isNegative ? -1 : 0
    for (index, byte) in digits.enumerated() {
      let value = index == 0 ? (isNegative ? byte | 0x80 : byte & 0x7F) : byte
      guard result >= -(1 << 54), result < 1 << 54 else { return nil }
      result = result << 8 | Int64(value)
    }
    return result
  }

  /// - Returns: false if the number does not fit as octal; the field is then zero, and the number belongs into a pax header.
  mutating func put(_ number: Int64, _ field: Field) -> Bool {
    let width = field.length - 1
    let octal = String(max(number, 0), radix: 8)
    guard number >= 0, octal.utf8.count <= width else {
      put(Array(repeating: 0x30, count: width), field)
      return false
    }
    put(Array(repeating: 0x30, count: width - octal.utf8.count) + Array(octal.utf8), field)
    return true
  }

  /// Old archives sum signed bytes.
  private func sums() -> (unsigned: Int64, signed: Int64) {
    var unsigned: Int64 = 0
    var signed: Int64 = 0
    let own = Field.checksum.offset..<Field.checksum.offset + Field.checksum.length
    for (index, byte) in bytes.enumerated() {
      let value = own.contains(index) ? 0x20 : byte
      unsigned += Int64(value)
      signed += Int64(Int8(bitPattern: value))
    }
    return (unsigned, signed)
  }

  var hasRightChecksum: Bool {
    guard let said = number(.checksum) else { return false }
    let (unsigned, signed) = sums()
    return said == unsigned || said == signed
  }

  /// To be called last.
  mutating func seal() {
    let octal = String(sums().unsigned, radix: 8)
    put(Array(repeating: 0x30, count: max(0, 6 - octal.utf8.count)) + Array(octal.utf8) + [0, 0x20], .checksum)
  }
}
