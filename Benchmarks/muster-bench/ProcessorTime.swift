import Foundation

/// Seconds of processor time of a process, user and system; 0 if there is none.
func processorTime(of process: pid_t) -> Double { ProcessStat(process)?.seconds ?? 0 }

/// Seconds of processor time of a process, its children, and those that it has waited for.
func processorTime(ofTree root: pid_t) -> Double {
  let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
  let all = entries.compactMap { pid_t($0) }.compactMap { ProcessStat($0) }
  return all.filter { $0.process == root || $0.parent == root }.map { $0.seconds + $0.waitedSeconds }.reduce(0, +)
}

/// What `/proc/PID/stat` says of a process.
private struct ProcessStat {
  let process: pid_t
  let parent: pid_t
  let seconds: Double
  /// Of children that ended and were waited for.
  let waitedSeconds: Double

  init?(_ process: pid_t) {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return nil }
    // After the name, which may hold anything: state, parent, … as in proc(5), whose field 3 is the state.
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 14, let parent = pid_t(fields[1]) else { return nil }
    self.process = process
    self.parent = parent
    let ticks = fields[11...14].map { (Double($0) ?? 0) / 100 }
    seconds = ticks[0] + ticks[1]
    waitedSeconds = ticks[2] + ticks[3]
  }
}
