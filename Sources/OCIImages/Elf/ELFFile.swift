/// What the dynamic linker reads of a program or shared library.
///
/// Source of the format: System V ABI, "Object Files" and "Dynamic Linking". 32 and 64 bits, both byte orders. The section table is
/// not used: stripped programs need not have it.
struct ELFFile: Sendable, Hashable {
  /// What two files must have in common to be loaded together.
  struct Kind: Sendable, Hashable {
    let is64Bit: Bool
    let isLittleEndian: Bool
    /// As `EM_X86_64`: 62.
    let machine: UInt16
  }

  let kind: Kind
  /// The dynamic linker that the kernel starts; nil for libraries and static programs.
  private(set) var interpreter: String?
  /// Where in the file its path stands, with all room that there is for it.
  private(set) var interpreterRange: Range<Int64>?
  /// The libraries that it needs, in order.
  private(set) var needed: [String] = []
  private(set) var libraryName: String?
  private(set) var rpath: [String] = []
  private(set) var runpath: [String] = []

  /// - Throws: ``OCIError``: `image_unsupported` if the file is no ELF file, `bad_image` if it is damaged.
  init(_ path: String) throws(OCIError) {
    let file = try OpenFile.reading(path)
    try self.init(
      ELFBytes(name: path, size: try file.size()) { (offset, count) throws(OCIError) in
        try FileSource(file, offset: offset, count: Int64(count)).bytes(count)
      })
  }

  init(_ file: ELFBytes) throws(OCIError) {
    let start = try file.read(0, 64, atLeast: 52)
    guard start[..<4] == [0x7F, 0x45, 0x4C, 0x46] else {
      throw OCIError(
        .unsupported,
        start[..<2] == [0x23, 0x21]
          ? "'\(file.name)' is a script, not a program; name its interpreter, and add the script as a file"
          : "'\(file.name)' is no ELF program", details: ["path": file.name])
    }
    guard start[4] == 1 || start[4] == 2, start[5] == 1 || start[5] == 2 else {
      throw file.damaged("its class is unknown")
    }
    let numbers = ELFNumbers(is64Bit: start[4] == 2, isLittleEndian: start[5] == 1)
    kind = Kind(
      is64Bit: numbers.is64Bit, isLittleEndian: numbers.isLittleEndian, machine: numbers.half(start, 18))
    let segments = try ELFSegment.read(file, start, numbers)
    if let segment = segments.first(where: { $0.type == ELFSegment.interpreter }) {
      let bytes = try file.read(segment.offset, Int(clamping: min(segment.fileSize, 4096)), atLeast: 1)
      interpreter = try file.text(bytes)
      interpreterRange = segment.offset..<segment.offset + Int64(bytes.count)
    }
    guard let dynamic = segments.first(where: { $0.type == ELFSegment.dynamic }) else { return }
    try readDynamic(file, dynamic, segments, numbers)
  }

  private mutating func readDynamic(
    _ file: ELFBytes, _ dynamic: ELFSegment, _ segments: [ELFSegment], _ numbers: ELFNumbers
  ) throws(OCIError) {
    let width = numbers.is64Bit ? 16 : 8
    guard dynamic.fileSize <= 1 << 20 else { throw file.damaged("its dynamic section has more than 1 MiB") }
    let bytes = try file.read(dynamic.offset, Int(dynamic.fileSize), atLeast: Int(dynamic.fileSize))
    var strings: (tag: UInt64, offset: UInt64)?
    var names: [(tag: UInt64, offset: UInt64)] = []
    var place = 0
    while place + width <= bytes.count {
      let tag = numbers.word(bytes, place)
      let value = numbers.word(bytes, place + width / 2)
      place += width
      switch tag {
      case 0: place = bytes.count
      case 5: strings = (tag, value)
      case 1, 14, 15, 29: names.append((tag, value))
      default: break
      }
    }
    guard !names.isEmpty else { return }
    guard names.count <= 10_000 else { throw file.damaged("it needs more than 10000 libraries") }
    guard let strings, let table = ELFSegment.offset(of: strings.offset, segments) else {
      throw file.damaged("its names cannot be found")
    }
    for (tag, offset) in names {
      let (start, overflow) = table.addingReportingOverflow(Int64(clamping: offset))
      guard !overflow else { throw file.damaged("a name is beyond its end") }
      let text = try file.text(try file.read(start, 4096, atLeast: 1))
      switch tag {
      case 1: needed.append(text)
      case 14: libraryName = text
      case 15: rpath = Self.list(text)
      default: runpath = Self.list(text)
      }
    }
  }

  private static func list(_ text: String) -> [String] {
    text.split(separator: ":").map(String.init)
  }
}
