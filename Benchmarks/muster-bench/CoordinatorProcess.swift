import CoordinatorAPI
import Foundation

/// A real coordinator in a process of its own, on a free port.
final class CoordinatorProcess: @unchecked Sendable {
  private let process = Process()
  let state: String
  let address: CoordinatorAddress
  private let ownsState: Bool

  init(_ rig: Rig, port: Int = .random(in: 20_000...29_999), reuse: String? = nil) throws {
    state = reuse ?? rig.state ?? NSTemporaryDirectory() + "muster-bench-\(UUID().uuidString)"
    ownsState = reuse == nil && rig.state == nil
    address = CoordinatorAddress(host: "127.0.0.1", port: port)
    process.executableURL = URL(filePath: rig.muster)
    process.arguments = [
      "up", "--workers", "0", "--state", state, "--listen", "127.0.0.1:\(port)", "--http", "127.0.0.1:\(port + 10_000)",
      "--log-level", "error",
    ]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
  }

  /// Waits until it answers; returns how long that took.
  func waitUntilReady() async throws -> Duration {
    let clock = ContinuousClock()
    let begin = clock.now
    while clock.now - begin < .seconds(120) {
      do {
        try await withCoordinator(at: [address], patience: .milliseconds(500)) { _ in }
        return clock.now - begin
      } catch is APIError {
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    throw BenchError("the coordinator did not answer within 120 s")
  }

  /// Resident bytes, as the kernel counts them.
  var resident: Int {
    let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return (Int(line.split(separator: " ").dropFirst().first ?? "0") ?? 0) * 1024
  }

  /// Seconds of processor time, user and system.
  var processorSeconds: Double {
    let stat = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)) ?? ""
    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12 else { return 0 }
    return (Double(fields[11]) ?? 0) / 100 + (Double(fields[12]) ?? 0) / 100
  }

  func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  func stop(keepState: Bool = false) {
    process.terminate()
    process.waitUntilExit()
    if ownsState && !keepState { try? FileManager.default.removeItem(atPath: state) }
  }
}

struct BenchError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
