import Foundation

@testable import Executors

func isAlive(_ process: pid_t) -> Bool { kill(process, 0) == 0 || errno == EPERM }

/// All processes whose environment holds `MUSTER_RUN=<mark>…`.
func marked(_ mark: String) -> [pid_t] {
  processes().filter { process in
    guard let environment = FileManager.default.contents(atPath: "/proc/\(process)/environ") else { return false }
    return environment.split(separator: 0).contains { $0.starts(with: "MUSTER_RUN=\(mark)".utf8) }
  }
}

/// Children of a process, zombies too.
func children(of parent: pid_t) -> [pid_t] {
  processes().filter { process in
    guard let bytes = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return false }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let nameEnd = text.lastIndex(of: ")") else { return false }
    let fields = text[nameEnd...].split(separator: " ")
    return fields.count > 2 && pid_t(fields[2]) == parent
  }
}

func processes() -> [pid_t] {
  ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
}

/// Looks again until `condition` holds, at most 20 s; for what another process does and tells nobody.
func eventually(_ condition: () throws -> Bool) async throws -> Bool {
  for _ in 0..<2000 {
    if try condition() { return true }
    try await Task.sleep(for: .milliseconds(10))
  }
  return false
}
