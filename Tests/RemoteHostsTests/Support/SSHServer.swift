import Foundation
import MusterCore

@testable import RemoteHosts

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A real OpenSSH server for one test, on a free port of 127.0.0.1, with keys of its own. It lets in who runs the tests.
final class SSHServer: Sendable {
  static let program = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].first(where: FileManager.default.isExecutableFile)
  static let isThere = program != nil && FileManager.default.isExecutableFile(atPath: "/usr/bin/ssh-keygen")

  struct Fault: Error {
    let text: String
  }

  let folder: ScratchFolder
  let port: Int
  private let process: ChildProgram

  /// - Parameter settings: more lines for its configuration, which come first.
  init(_ settings: [String] = []) async throws {
    guard let program = Self.program else { throw Fault(text: "there is no sshd") }
    folder = try ScratchFolder()
    for key in ["host", "user", "other"] {
      let made = ChildProgram.run(
        ["/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", "\(folder.path)/\(key)"])
      guard made else { throw Fault(text: "ssh-keygen makes no key") }
    }
    try folder.write("authorized", folder.text("user.pub") ?? "")
    // As root, it wants this folder for the process that has no rights.
    if geteuid() == 0 {
      try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
    }
    var started: (ChildProgram, Int)?
    // A port that was free may be taken a moment later.
    for _ in 0..<10 where started == nil {
      let port = try Self.freePort()
      let lines =
        settings + [
          "Port \(port)", "ListenAddress 127.0.0.1", "HostKey \(folder.path)/host", "PidFile none", "UsePAM no",
          "AuthorizedKeysFile \(folder.path)/authorized", "StrictModes no", "PermitRootLogin yes",
          "PasswordAuthentication no", "KbdInteractiveAuthentication no", "PrintMotd no", "MaxStartups 100",
        ]
      try folder.write("config", lines.joined(separator: "\n") + "\n")
      try folder.write("log", "")
      let log = folder
      let process = ChildProgram([program, "-D", "-e", "-f", "\(folder.path)/config"], log: "\(folder.path)/log")
      guard let process else { throw Fault(text: "\(program) does not start") }
      let hasSpoken = try await Local.eventually {
        ["listening on", "annot bind", "fatal", "rror"].contains { log.text("log")?.contains($0) == true }
      }
      if hasSpoken, log.text("log")?.contains("annot bind") == false { started = (process, port) }
    }
    guard let started else { throw Fault(text: "sshd does not start: \(folder.text("log") ?? "")") }
    (process, port) = started
    try folder.write("known", "[127.0.0.1]:\(port) \(folder.text("host.pub") ?? "")")
  }

  /// How it is reached, apart from the user's own SSH configuration.
  func destination(key: String = "user", arguments: [String] = []) -> SSHDestination {
    SSHDestination(
      "127.0.0.1", port: port, keyFile: "\(folder.path)/\(key)",
      arguments: [
        "-F", "none", "-o", "UserKnownHostsFile=\(folder.path)/known", "-o", "GlobalKnownHostsFile=none", "-o",
        "IdentitiesOnly=yes",
        "-o", "IdentityAgent=none",
      ] + arguments)
  }

  func session(_ destination: SSHDestination? = nil, options: RemoteOptions = RemoteOptions()) -> RemoteSession {
    RemoteSession(RemoteHost("m1", .ssh(destination ?? self.destination()), becomesRoot: false), options: options)
  }

  /// Ends the server, and every connection with it.
  func kill() { process.end() }

  private static func freePort() throws -> Int {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
      }
    }
    guard status else { throw Fault(text: "no port is free") }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
