import Foundation
import PostgresFixture

/// Blocking TCP sockets on 127.0.0.1.
enum LocalSocket {
  struct Failed: Error { let what: String }

  static func listen() throws -> (file: Int32, port: UInt16) {
    let file = try make()
    let bound = withAddress(port: 0) { bind(file, $0, $1) }
    guard bound == 0, Glibc.listen(file, 64) == 0 else { throw Failed(what: "listen on 127.0.0.1") }
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let named = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(file, $0, &size) }
    }
    guard named == 0 else { throw Failed(what: "ask for the port") }
    return (file, UInt16(bigEndian: address.sin_port))
  }

  /// Nil: it listens no more.
  static func accept(_ file: Int32) -> Int32? {
    while true {
      let client = Glibc.accept(file, nil, nil)
      if client >= 0 { return client }
      if errno != EINTR && errno != ECONNABORTED { return nil }
    }
  }

  static func connect(_ port: UInt16) -> Int32? {
    guard let file = try? make() else { return nil }
    guard withAddress(port: port, { Glibc.connect(file, $0, $1) }) == 0 else {
      close(file)
      return nil
    }
    var on: Int32 = 1
    setsockopt(file, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    return file
  }

  /// Nil at the end, or when it was cut.
  static func receive(_ file: Int32) -> [UInt8]? {
    let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
      var read = -1
      repeat { read = recv(file, buffer.baseAddress, buffer.count, 0) } while read < 0 && errno == EINTR
      count = max(read, 0)
    }
    return bytes.isEmpty ? nil : bytes
  }

  static func send(_ bytes: [UInt8], to file: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes { Glibc.send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if sent < 0 && errno != EINTR { return false }
      rest = rest.dropFirst(max(sent, 0))
    }
    return true
  }

  static func shut(_ file: Int32) { shutdown(file, Int32(SHUT_RDWR)) }

  static func close(_ file: Int32) { Glibc.close(file) }

  private static func make() throws -> Int32 {
    let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard file >= 0 else { throw Failed(what: "make a socket") }
    // Programs that a test starts must not keep connections open.
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    return file
  }

  private static func withAddress<R>(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }
}
