import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What tells one batch's tasks from another's.
struct BatchName: Sendable, Hashable {
  let text: String

  /// - Parameters:
  ///   - given: `--name`. Without one the name is that of the kind and of the file, so that the same command finds
  ///     its tasks again and the same inputs can be given to another kind.
  ///   - namespace: whose tasks they will be; nil: nobody's in particular. Others may have the same batch.
  init(given: String?, kind: String, inputs: String, namespace: String? = nil) {
    let own: String
    if let given {
      own = given
    } else if inputs == "-" {
      own = "\(kind):stdin"
    } else {
      own = "\(kind):\(URL(filePath: inputs).standardizedFileURL.path)"
    }
    // No name of a namespace has a slash.
    text = namespace.map { "\($0)/\(own)" } ?? own
  }

  /// The id of one line's task: `run-` and 40 hexadecimal digits of SHA-256 over name, line number and input.
  ///
  /// The same at every run, which is what makes a batch resumable. The parts have their lengths before them, so that no
  /// two of them run into one another.
  func id(line: UInt64, input: Data) -> String {
    var hash = SHA256()
    let name = Array(text.utf8)
    withUnsafeBytes(of: UInt64(name.count).littleEndian) { hash.update(bufferPointer: $0) }
    name.withUnsafeBytes { hash.update(bufferPointer: $0) }
    withUnsafeBytes(of: line.littleEndian) { hash.update(bufferPointer: $0) }
    hash.update(data: input)
    var text: [UInt8] = Array("run-".utf8)
    for byte in hash.finalize().prefix(20) {
      text.append(BatchName.digits[Int(byte >> 4)])
      text.append(BatchName.digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static let digits = Array("0123456789abcdef".utf8)
}
