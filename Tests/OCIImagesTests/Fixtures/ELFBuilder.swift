/// Makes small ELF files that have what the dynamic linker reads, and no code.
struct ELFBuilder {
  var needed: [String] = []
  var rpath: String?
  var runpath: String?
  var name: String?
  var interpreter: String? = "/lib/ld.so"
  var machine: UInt16 = 62
  var wide = true
  var little = true

  private func number(_ value: Int, _ width: Int) -> [UInt8] {
    let bytes = (0..<width).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    return little ? bytes : bytes.reversed()
  }
  private func word(_ value: Int) -> [UInt8] { number(value, wide ? 8 : 4) }

  private func segment(_ type: Int, _ offset: Int, _ size: Int) -> [UInt8] {
    // Loaded 0x10000 above where they are in the file.
    let address = offset + 0x10000
    return wide
      ? number(type, 4) + number(4, 4) + word(offset) + word(address) + word(address) + word(size) + word(size)
        + word(1)
      : number(type, 4) + word(offset) + word(address) + word(address) + word(size) + word(size) + number(4, 4)
        + word(1)
  }

  var bytes: [UInt8] {
    var strings: [UInt8] = [0]
    func place(_ text: String) -> Int {
      defer { strings += Array(text.utf8) + [0] }
      return strings.count
    }
    var tags: [(Int, Int)] = needed.map { (1, place($0)) }
    if let name { tags.append((14, place(name))) }
    if let rpath { tags.append((15, place(rpath))) }
    if let runpath { tags.append((29, place(runpath))) }
    let start = interpreter.map { place($0) }
    let headerSize = wide ? 64 : 52
    let segmentSize = wide ? 56 : 32
    let count = 2 + (interpreter == nil ? 0 : 1)
    let stringsOffset = headerSize + count * segmentSize
    let dynamicOffset = stringsOffset + strings.count
    tags += [(5, stringsOffset + 0x10000), (0, 0)]
    let dynamic = tags.flatMap { word($0.0) + word($0.1) }
    let total = dynamicOffset + dynamic.count
    var result: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, wide ? 2 : 1, little ? 1 : 2, 1] + Array(repeating: 0, count: 9)
    result += number(3, 2) + number(Int(machine), 2) + number(1, 4) + word(0) + word(headerSize) + word(0)
    result += number(0, 4) + number(headerSize, 2) + number(segmentSize, 2) + number(count, 2)
    result += number(0, 2) + number(0, 2) + number(0, 2)
    result += segment(1, 0, total) + segment(2, dynamicOffset, dynamic.count)
    if let start, let interpreter { result += segment(3, stringsOffset + start, interpreter.utf8.count + 1) }
    return result + strings + dynamic
  }
}
