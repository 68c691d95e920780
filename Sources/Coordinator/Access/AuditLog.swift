import Foundation
import Logging
import MusterCore
import Synchronization

/// Who did what: a line of JSON for each change, in a file that only the coordinator's user may read.
///
/// Changes of trust, of workers and of other people's tasks are written before they are answered; what a submitter hands in
/// is summed up for a second, because it may be thousands of tasks. A file of 64 MiB is put aside as `audit.log.1` and so
/// on; eight are kept.
final class AuditLog: Sendable {
  struct Entry: Encodable {
    var time: String
    var who: String
    var role: String
    var namespace: String?
    var address: String
    var action: String
    /// Ids, names: at most twenty.
    var what: [String]
    var count: Int
    var outcome: String
  }

  private struct State {
    var descriptor: Int32 = -1
    var size = 0
    var sums: [String: Entry] = [:]
    var isFailing = false
  }
  private let path: String?
  private let time: any Timekeeper
  private let logger: Logger
  private let state = Mutex(State())

  private let largestFile: Int
  static let largestFile = 64 << 20
  /// Sums of one second; beyond, what strangers try is only counted.
  private static let mostSums = 1000
  /// Bytes of each text.
  private static let longestText = 140
  static let filesKept = 8
  private static let mostNames = 20

  /// - Parameter path: of the file; nil: nothing is written.
  init(path: String?, time: any Timekeeper, logger: Logger, largestFile: Int = AuditLog.largestFile) {
    self.path = path
    self.time = time
    self.logger = logger
    self.largestFile = largestFile
  }

  deinit {
    flush()
    state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } }
  }

  /// Writes a line now.
  func record(_ action: String, by caller: Caller, _ what: [String], count: Int? = nil) {
    guard path != nil, !what.isEmpty else { return }
    let entry = entry(action, caller, what, count: count ?? what.count, "done")
    state.withLock { write(entry, &$0) }
  }

  /// Adds to what the caller did of this sort in this second.
  func add(_ action: String, by caller: Caller, _ what: [String], count: Int, outcome: String = "done") {
    guard path != nil, count > 0 else { return }
    let fresh = entry(action, caller, what, count: count, outcome)
    state.withLock { state in
      let key = "\(action) \(outcome) \(fresh.who) \(fresh.address)"
      guard var sum = state.sums[key] else {
        if caller.identity != nil || state.sums.count < Self.mostSums { state.sums[key] = fresh }
        return
      }
      sum.count += count
      if sum.what.count < Self.mostNames { sum.what += fresh.what.prefix(Self.mostNames - sum.what.count) }
      state.sums[key] = sum
    }
  }

  /// Writes the sums. To be called every second.
  func flush() {
    state.withLock { state in
      for entry in state.sums.values.sorted(by: { $0.time < $1.time }) { write(entry, &state) }
      state.sums = [:]
    }
  }

  private func entry(_ action: String, _ caller: Caller, _ what: [String], count: Int, _ outcome: String) -> Entry {
    let time = Date(timeIntervalSince1970: Double(time.timestamp().milliseconds) / 1000)
    let identity = caller.identity
    return Entry(
      time: time.formatted(
        .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted)),
      who: identity?.name ?? caller.words, role: identity?.role.rawValue ?? "none", namespace: identity?.namespace,
      address: caller.address, action: action, what: what.prefix(Self.mostNames).map(Self.bounded),
      count: count, outcome: Self.bounded(outcome))
  }

  /// By bytes: one character may have any number of them.
  private static func bounded(_ text: String) -> String {
    text.utf8.count <= longestText ? text : String(decoding: text.utf8.prefix(longestText), as: UTF8.self)
  }

  private func write(_ entry: Entry, _ state: inout State) {
    guard let path else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard var line = try? encoder.encode(entry) else { return }
    line.append(0x0A)
    if state.descriptor >= 0, state.size + line.count > largestFile { putAside(path, &state) }
    if state.descriptor < 0 {
      state.descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard state.descriptor >= 0 else { return fail(&state, path) }
      state.size = Int(lseek(state.descriptor, 0, SEEK_END))
    }
    // One write, so that a line is whole or not there.
    let written = line.withUnsafeBytes { Glibc.write(state.descriptor, $0.baseAddress, $0.count) }
    state.size += line.count
    guard written != line.count else { return state.isFailing = false }
    fail(&state, path)
  }

  /// Says why, once.
  private func fail(_ state: inout State, _ path: String) {
    if !state.isFailing {
      logger.error(
        "the audit log '\(path)' is not written: \(String(cString: strerror(errno))); changes go on unrecorded")
    }
    state.isFailing = true
  }

  private func putAside(_ path: String, _ state: inout State) {
    close(state.descriptor)
    state.descriptor = -1
    for number in stride(from: Self.filesKept - 1, to: 0, by: -1) {
      rename("\(path).\(number)", "\(path).\(number + 1)")
    }
    rename(path, "\(path).1")
  }
}
