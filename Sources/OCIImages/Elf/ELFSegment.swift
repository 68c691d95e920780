/// A part of an ELF file that is loaded, or tells how to.
struct ELFSegment: Sendable, Hashable {
  static let load: UInt32 = 1
  static let dynamic: UInt32 = 2
  static let interpreter: UInt32 = 3

  let type: UInt32
  let offset: Int64
  let address: UInt64
  let fileSize: UInt64

  /// - Parameter start: the file's first bytes, at least 52.
  static func read(_ file: ELFBytes, _ start: [UInt8], _ numbers: ELFNumbers) throws(OCIError) -> [ELFSegment] {
    let wide = numbers.is64Bit
    guard !wide || start.count >= 64 else { throw file.damaged("it ends too early") }
    let offset = numbers.word(start, wide ? 32 : 28)
    let width = Int(numbers.half(start, wide ? 54 : 42))
    let count = Int(numbers.half(start, wide ? 56 : 44))
    guard count > 0 else { return [] }
    guard width >= (wide ? 56 : 32), width <= 256, count <= 4096, offset <= UInt64(Int64.max) else {
      throw file.damaged("its table of segments makes no sense")
    }
    let table = try file.read(Int64(offset), width * count, atLeast: width * count)
    var result: [ELFSegment] = []
    for index in 0..<count {
      let place = index * width
      result.append(
        ELFSegment(
          type: numbers.integer(table, place),
          offset: Int64(clamping: numbers.word(table, place + (wide ? 8 : 4))),
          address: numbers.word(table, place + (wide ? 16 : 8)),
          fileSize: numbers.word(table, place + (wide ? 32 : 16))))
    }
    return result
  }

  /// Where in the file an address of the loaded program is.
  static func offset(of address: UInt64, _ segments: [ELFSegment]) -> Int64? {
    for segment in segments where segment.type == load && address >= segment.address {
      let distance = address - segment.address
      if distance < segment.fileSize {
        let (sum, overflow) = segment.offset.addingReportingOverflow(Int64(clamping: distance))
        return overflow ? nil : sum
      }
    }
    return nil
  }
}
