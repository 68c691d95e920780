import CoordinatorAPI
import Foundation

/// A real coordinator in a process of its own, on free ports.
final class CoordinatorProcess: @unchecked Sendable {
  private let child: ChildProcess
  let state: String
  let address: CoordinatorAddress
  let metrics: Metrics
  /// How peers in this process connect to it.
  let security: BenchSecurity
  private let ownsState: Bool

  /// - Parameters:
  ///   - store: a database that several may share; nil: the embedded store, in the state folder.
  ///   - killed: the one whose ports, state and certificates this one takes over.
  ///   - tls: whether it speaks TLS.
  ///   - settings: more lines of its `muster.yaml`.
  init(
    _ rig: Rig, store: String? = nil, after killed: CoordinatorProcess? = nil, tls: Bool = false, settings: String = ""
  ) throws {
    let ports = try killed.map { ($0.address.port, $0.metrics.port) } ?? Ports.twoFree()
    state = killed?.state ?? rig.state ?? NSTemporaryDirectory() + "muster-bench-\(UUID().uuidString)"
    ownsState = rig.state == nil
    address = CoordinatorAddress(host: "127.0.0.1", port: ports.0)
    metrics = Metrics(port: ports.1)
    let isTLS = tls || killed?.security.trust != nil
    security =
      try killed?.security ?? BenchSecurity(isTLS ? try BenchTrust(making: state, with: rig.muster) : nil)
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    let file = "\(state)/bench.yaml"
    if killed == nil { try ("heartbeat: 5s\n" + settings).write(toFile: file, atomically: true, encoding: .utf8) }
    let what = store.map { ["coordinator", "run", "--store", $0] } ?? ["up", "--workers", "0"]
    child = try ChildProcess(
      rig.muster,
      what + [
        "-c", file, "--state", state, "--listen", "127.0.0.1:\(ports.0)/muster+\(isTLS ? "tls" : "plaintext")",
        "--http", "127.0.0.1:\(ports.1)", "--log-level", "error",
      ], removing: ownsState ? state : nil)
  }

  /// Waits until it answers; returns how long that took.
  @discardableResult func waitUntilReady() async throws -> Duration {
    let clock = ContinuousClock()
    let begin = clock.now
    while clock.now - begin < .seconds(120) {
      // Else another's on the same port might answer for it.
      guard child.isRunning else { throw BenchError("the coordinator ended at its start; what it said is above") }
      do {
        try await withCoordinator(at: [address], security: security.people, patience: .milliseconds(500)) { _ in }
        return clock.now - begin
      } catch is APIError {
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    throw BenchError("the coordinator did not answer within 120 s")
  }

  /// Resident bytes, as the kernel counts them.
  var resident: Int { child.resident }

  /// Seconds of processor time, user and system.
  var processorSeconds: Double { processorTime(of: child.identifier) }

  /// Ends it at once; its state stays, for another.
  func kill() { child.end(with: SIGKILL) }

  /// Ends it in order, and removes its state.
  func stop() {
    child.end(with: SIGTERM)
    if ownsState { try? FileManager.default.removeItem(atPath: state) }
  }
}

/// Why a measurement could not be made.
struct BenchError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
