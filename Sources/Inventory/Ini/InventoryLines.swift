/// The lines of a text as Python splits them, each with the number that an editor shows.
enum InventoryLines {
  struct Line {
    /// Without blanks around it.
    let text: String
    /// Counted from 1; only line feeds and carriage returns count.
    let number: Int
  }

  /// - Throws: ``InventoryError`` if the bytes are no text. Comments may hold anything.
  static func of(_ bytes: [UInt8], file: String) throws(InventoryError) -> [Line] {
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    if let text = String(validating: bytes, as: UTF8.self) { return split(text) }
    var lines: [Line] = []
    var number = 0
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      let isComment = line.first == UInt8(ascii: "#") || line.first == UInt8(ascii: ";")
      guard let text = isComment ? "" : String(validating: line, as: UTF8.self) else {
        throw InventoryError(
          .badInventory, file: file, line: number, "this line is not UTF-8 text; save the file as UTF-8")
      }
      for part in split(text) { lines.append(Line(text: part.text, number: number)) }
    }
    return lines
  }

  private static func split(_ text: String) -> [Line] {
    var lines: [Line] = []
    var number = 1
    var line = String.UnicodeScalarView()
    var last: Unicode.Scalar = " "
    func end() {
      lines.append(Line(text: PythonText.strip(String(line)), number: number))
      line = .init()
    }
    for scalar in text.unicodeScalars {
      defer { last = scalar }
      guard PythonText.isLineEnd(scalar) else {
        line.append(scalar)
        continue
      }
      if scalar == "\n", last == "\r" { continue }
      end()
      if scalar == "\n" || scalar == "\r" { number += 1 }
    }
    end()
    return lines
  }
}
