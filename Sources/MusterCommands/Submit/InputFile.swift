#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads a whole input.
enum InputFile {
  /// Larger than any limit that a coordinator may be given for inputs.
  static let maxBytes = 1 << 30

  /// - Parameter path: `-` is standard input.
  /// - Throws: ``CommandError`` (`unreadable_file`) that names the file and the reason.
  static func read(_ path: String) throws -> Data {
    let name = path == "-" ? "standard input" : "'\(path)'"
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(name, errno) }
    defer { if path != "-" { close(descriptor) } }
    var data = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return data }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(name, errno)
      }
      data.append(contentsOf: buffer[..<count])
      if data.count > maxBytes {
        throw CommandError(.unreadableFile, "\(name) is larger than 1 GiB; no coordinator takes such an input")
      }
    }
  }

  static func failure(_ name: String, _ number: Int32) -> CommandError {
    CommandError(.unreadableFile, "cannot read \(name): \(String(cString: strerror(number)))")
  }
}

func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, bytes, count)
}
