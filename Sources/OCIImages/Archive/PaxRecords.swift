/// The key-value pairs in front of an entry whose fields do not fit into a header block.
///
/// Source of the format: POSIX.1-2008, pax, "pax Extended Header": each record is `LENGTH KEY=VALUE\n`, where the length counts itself.
struct PaxRecords: Sendable, Equatable {
  /// The most that is read: extended attributes are at most 64 KiB each.
  static let maximumSize = 1 << 20
  /// In front of the name of an extended attribute.
  static let attributePrefix = "SCHILY.xattr."

  private(set) var values: [String: [UInt8]] = [:]

  /// - Throws: ``OCIError`` (`bad_archive`).
  init(parsing bytes: [UInt8]) throws(OCIError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      guard (1...7).contains(digits.count), let length = Int(String(decoding: digits, as: UTF8.self)),
        length <= rest.count, length > digits.count + 3, rest.dropFirst(digits.count).first == 0x20
      else { throw Self.damaged }
      let record = rest.prefix(length)
      guard record.last == 0x0A else { throw Self.damaged }
      let pair = record.dropFirst(digits.count + 1).dropLast()
      guard let equals = pair.firstIndex(of: 0x3D), equals > pair.startIndex,
        let key = String(validating: pair[..<equals], as: UTF8.self)
      else { throw Self.damaged }
      values[key] = Array(pair[(equals + 1)...])
      rest = rest.dropFirst(length)
    }
  }

  init() {}

  private static var damaged: OCIError { OCIError(.badArchive, "a pax header of the archive is damaged") }

  mutating func put(_ key: String, _ value: [UInt8]) { values[key] = value }
  mutating func put(_ key: String, _ value: Int64) { values[key] = Array(String(value).utf8) }

  var isEmpty: Bool { values.isEmpty }

  /// Sorted by key, so that the same records give the same bytes.
  var bytes: [UInt8] {
    var result: [UInt8] = []
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      let rest = key.utf8.count + value.count + 3
      var length = rest + 1
      while String(length).utf8.count + rest != length { length = String(length).utf8.count + rest }
      result += Array("\(length) \(key)=".utf8) + value + [0x0A]
    }
    return result
  }

  /// A number that is not below zero and has no fraction; nil if there is none.
  ///
  /// - Throws: ``OCIError`` (`bad_archive`) if what is there is no such number.
  func number(_ key: String) throws(OCIError) -> Int64? {
    guard let value = values[key], !value.isEmpty else { return nil }
    guard value.count <= 18, value.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int64(String(decoding: value, as: UTF8.self))
    else { throw Self.damaged }
    return number
  }

  /// Seconds of a time whose fraction is cut.
  func seconds(_ key: String) throws(OCIError) -> Int64? {
    guard let value = values[key], !value.isEmpty else { return nil }
    let text = String(decoding: value, as: UTF8.self)
    let whole = text.prefix { $0 != "." }
    guard value.count <= 40, whole.utf8.count <= 18, let seconds = Int64(whole) else { throw Self.damaged }
    return seconds
  }
}
