import Foundation

/// A TCP port of 127.0.0.1 on which this process listens.
struct HeldPort {
  let number: Int
  private let socket: Int32

  struct Failure: Error {}

  init() throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = socket
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && listen(socket, 8) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    guard isBound else { throw Failure() }
    number = Int(UInt16(bigEndian: address.sin_port))
  }

  func close() { _ = Glibc.close(socket) }
}
