import Foundation

/// Ports on which nobody listens.
enum Ports {
  /// Two different ones, below the range from which the kernel gives ports to outgoing connections: there, one of two thousand
  /// workers that come back could have got the port of the coordinator that it wants to connect to.
  static func twoFree() throws -> (Int, Int) {
    var found: [Int] = []
    for port in (15_000...31_999).shuffled().prefix(1000) where isFree(port) {
      found.append(port)
      if found.count == 2 { return (found[0], found[1]) }
    }
    throw BenchError("no free port between 15000 and 31999 on 127.0.0.1")
  }

  private static func isFree(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var yes: Int32 = 1
    // As servers do: connections of an earlier run that are still closing are no hindrance.
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    return withLoopback(port) { bind(descriptor, $0, $1) } == 0
  }
}

/// The address of a port of this machine, as the socket calls want it.
func withLoopback<R>(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
  }
}
