import Foundation
import MusterCore
import Testing

@testable import Executors

private let canIsolate =
  geteuid() == 0 && exitStatus(["/usr/bin/unshare", "-m", "-n", "-p", "-f", "/bin/true"]) == 0

/// Those that root can have here. ``IsolationTests`` say why one is missing.
let sandboxes: [Sandbox.Mode] = canIsolate ? [.user, .isolated] : [.user]

extension Trait where Self == ConditionTrait {
  static var needsRoot: Self { .enabled(if: geteuid() == 0, "only root can change users") }
  static var needsNamespaces: Self {
    .enabled(if: canIsolate, "only root with CAP_SYS_ADMIN can isolate programs under another user")
  }
  /// For what a user who is not root does: root becomes one for it.
  static var needsUserNamespaces: Self {
    .enabled(
      if: geteuid() == 0 && exitStatus(asAnybody(["/usr/bin/unshare", "-U", "-m", "-n", "/bin/true"])) == 0
        && exitStatus(asAnybody(["/usr/bin/test", "-x", keeperCommand[0]])) == 0,
      "needs root, setpriv, user namespaces for everybody, and a build folder that everybody may read")
  }
}

/// The command, by a user whom the machine does not know and who therefore has nothing.
func asAnybody(_ command: [String]) -> [String] {
  ["/usr/bin/setpriv", "--reuid=4242", "--regid=4242", "--clear-groups"] + command
}

/// Nil if the program cannot be started.
func exitStatus(_ command: [String]) -> Int32? {
  let process = Process()
  process.executableURL = URL(filePath: command[0])
  process.arguments = Array(command.dropFirst())
  process.standardError = FileHandle.nullDevice
  process.standardOutput = FileHandle.nullDevice
  guard (try? process.run()) != nil else { return nil }
  process.waitUntilExit()
  return process.terminationStatus
}

extension ExecutorHost {
  /// Runs one shell script in a sandbox.
  func sh(
    _ mode: Sandbox.Mode, _ script: String, user: String? = nil, _ change: (inout ExecutorRequest) -> Void = { _ in },
    log: Log = Log()
  ) async -> ExecutorOutcome {
    await sh(
      script,
      {
        $0.sandbox = Sandbox(mode, user: user)
        change(&$0)
      }, log: log)
  }
}

/// A TCP listener on 127.0.0.1 for `body`, which gets its port.
func withListener(_ body: (UInt16) async throws -> Void) async throws {
  let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(listener) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let isBound = withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
      bind(listener, address, size) == 0 && listen(listener, 8) == 0 && getsockname(listener, address, &size) == 0
    }
  }
  try #require(isBound)
  try await body(UInt16(bigEndian: address.sin_port))
}
