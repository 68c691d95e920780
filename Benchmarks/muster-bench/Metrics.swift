import Foundation

/// The figures that a coordinator shows at `/metrics`.
struct Metrics {
  /// The port of its HTTP listener, on this machine.
  let port: Int

  /// The figure of this name and labels, exactly as the page writes them; 0 if it is not there (yet).
  ///
  /// - Throws: ``BenchError`` if no page comes.
  func value(_ name: String) async throws -> Int {
    let page = try await page()
    let line = page.split(separator: "\n").first { $0.hasPrefix(name + " ") }
    return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
  }

  /// Tasks done since the coordinator's start.
  func done() async throws -> Int { try await value(#"muster_tasks_ended_total{state="done"}"#) }

  private func page() async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      // Not on Swift's own threads: it blocks.
      DispatchQueue.global().async { continuation.resume(with: Result { try get() }) }
    }
  }

  /// A GET without a library: the page is small and the server ours.
  private func get() throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw BenchError("no socket: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
    }
    let request = Array("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)
    guard withLoopback(port, { connect(descriptor, $0, $1) }) == 0,
      send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count
    else {
      throw BenchError("no answer from http://127.0.0.1:\(port)/metrics: \(String(cString: strerror(errno)))")
    }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count > 0 { answer += buffer[..<count] } else if count == 0 || errno != EINTR { break }
    }
    return String(decoding: answer, as: UTF8.self)
  }
}
