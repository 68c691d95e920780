/// The bytes of an ELF file, wherever they are. Every offset comes from the file, so every one is checked.
struct ELFBytes {
  /// For sentences.
  let name: String
  let size: Int64
  private let bytes: (_ offset: Int64, _ count: Int) throws(OCIError) -> [UInt8]

  /// - Parameter bytes: gives fewer than asked for at the end.
  init(name: String, size: Int64, _ bytes: @escaping (_ offset: Int64, _ count: Int) throws(OCIError) -> [UInt8]) {
    self.name = name
    self.size = size
    self.bytes = bytes
  }

  /// - Throws: ``OCIError`` (`bad_image`) if there are fewer than `atLeast`.
  func read(_ offset: Int64, _ count: Int, atLeast: Int) throws(OCIError) -> [UInt8] {
    guard offset >= 0, offset <= size else { throw damaged("a part is beyond its end") }
    let result = try bytes(offset, Int(min(Int64(count), size - offset)))
    guard result.count >= atLeast else { throw damaged("it ends too early") }
    return result
  }

  /// Up to the first zero.
  func text(_ bytes: [UInt8]) throws(OCIError) -> String {
    let text = bytes.prefix { $0 != 0 }
    guard text.count < 4096, let result = String(validating: text, as: UTF8.self) else {
      throw damaged("a name is too long, or not in UTF-8")
    }
    return result
  }

  func damaged(_ why: String) -> OCIError {
    OCIError(.badImage, "the program or library '\(name)' is damaged: \(why)", details: ["path": name])
  }
}
