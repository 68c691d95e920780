import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Asks whoever sits at the terminal.
enum OpenQuestion {
  /// - Parameter otherwise: what to do where there is no terminal.
  /// - Throws: ``CommandError`` (`not_available`) without a terminal.
  static func ask(_ question: String, otherwise: String) throws -> String {
    // Not standard input, which may be a pipe.
    guard let terminal = fopen("/dev/tty", "r+e") else {
      throw CommandError(.notAvailable, "there is no terminal to ask at; \(otherwise)")
    }
    defer { fclose(terminal) }
    fputs(question, terminal)
    fflush(terminal)
    var line = [CChar](repeating: 0, count: 200)
    guard fgets(&line, Int32(line.count), terminal) != nil else { return "" }
    let bytes = line.prefix { $0 != 0 && $0 != 0x0A }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespaces)
  }
}
