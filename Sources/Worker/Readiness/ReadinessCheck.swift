import Foundation
import MusterCore

/// Judges a worker by its ready file: a pure function, for probes.
public struct ReadinessCheck: Sendable {
  /// A worker that has written nothing for so long hangs, or is gone: several times ``ReadinessFile/pace``, because a machine
  /// whose cores are all at work may be late.
  public static let patience: Duration = .seconds(15)
  /// The largest file that is read, in bytes.
  public static let largest = 16 << 10

  /// Whether it is enough that the worker's process lives and writes.
  private let onlyAlive: Bool

  /// - Parameter onlyAlive: a worker that drains, or has no connection, passes too.
  public init(onlyAlive: Bool = false) { self.onlyAlive = onlyAlive }

  /// Reads a ready file.
  ///
  /// - Throws: ``WorkerError`` (`not_ready`), one sentence.
  public static func read(_ data: Data?, at path: String) throws(WorkerError) -> ReadinessRecord {
    guard let data else {
      throw WorkerError(
        .notReady, "There is no ready file '\(path)': no worker was started with it, or it has left.",
        details: ["file": path])
    }
    guard data.count <= largest, let record = try? JSONDecoder().decode(ReadinessRecord.self, from: data) else {
      throw WorkerError(
        .notReady, "'\(path)' is not the ready file of a worker; name that of 'muster worker run --ready-file'.",
        details: ["file": path])
    }
    return record
  }

  /// - Parameter lives: whether there is a process of the record's number.
  /// - Returns: why the worker does not pass, in one sentence; nil if it does.
  public func complaint(_ record: ReadinessRecord, lives: Bool, now: Timestamp) -> String? {
    guard lives else {
      let before = record.failure.map { "; its last word was: \($0)" } ?? ""
      return "The worker (process \(record.process)) does not run any more\(before)."
    }
    // Also a heartbeat from the future counts only if it is near: the clock may have been put right.
    let silence = now - record.heartbeat
    guard abs(silence.wholeMilliseconds) <= Self.patience.wholeMilliseconds else {
      return
        "The worker (process \(record.process)) has not written its ready file for \(Self.seconds(silence)): it hangs, or its disk is full."
    }
    if onlyAlive { return nil }
    switch record.state {
    case .connected: return nil
    case .moving:
      let since =
        "The worker was let go by its coordinator \(Self.seconds(now - record.since)) ago and gets no tasks there"
      let place = record.coordinator ?? "the address that it was given"
      guard let seen = record.failure else { return "\(since): it goes to \(place) when what it runs is done." }
      return "\(since), and nobody takes it at \(place): \(seen)."
    case .draining:
      return
        "The worker is leaving since \(Self.seconds(now - record.since)): it finishes what runs and takes nothing more."
    case .connecting:
      let place = record.coordinator.map { "the coordinator at \($0)" } ?? "a coordinator"
      let seen = record.failure.map { ": \($0)" } ?? ""
      return "The worker has no connection to \(place) since \(Self.seconds(now - record.since))\(seen)."
    }
  }

  private static func seconds(_ duration: Duration) -> String { "\(max(duration.wholeMilliseconds / 1000, 0)) s" }
}
