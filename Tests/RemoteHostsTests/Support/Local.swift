import Foundation
import MusterCore

@testable import RemoteHosts

/// Sessions with this machine, as whoever runs the tests.
enum Local {
  static func session(shell: String? = nil, limits: RemoteLimits = RemoteLimits()) -> RemoteSession {
    var options = RemoteOptions()
    if let shell { options.shell = shell }
    return RemoteSession(RemoteHost("here", .local, becomesRoot: false), options: options, limits: limits)
  }

  /// The shells that are there of those that machines have.
  static let shells: [String] = ["/bin/dash", "/bin/bash", "/usr/bin/busybox", "/bin/busybox"].filter {
    FileManager.default.isExecutableFile(atPath: $0)
  }.map { $0.hasSuffix("busybox") ? $0 + " sh" : $0 }

  /// Whether a process is there, and no zombie.
  static func lives(_ process: String) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
    return !stat.contains(") Z ")
  }

  /// Waits for what must come; the time is only there so that a fault does not hang.
  static func eventually(_ condition: () -> Bool) async throws -> Bool {
    for _ in 0..<3000 {
      if condition() { return true }
      try await Task.sleep(for: .milliseconds(20))
    }
    return false
  }
}

/// Runs `body`, and returns what it threw.
func errorCode(_ body: () async throws -> Void) async -> RemoteHostError.Code? {
  do {
    try await body()
    return nil
  } catch {
    return (error as? RemoteHostError)?.code
  }
}
