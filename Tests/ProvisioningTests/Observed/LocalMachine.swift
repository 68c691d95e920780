import Foundation
import RemoteHosts

@testable import Provisioning

/// A folder of this machine that scripts take for a whole one: every path of theirs lies in it, and systemd is a stand-in.
struct LocalMachine {
  let root: String

  /// The shells of this machine that scripts must work with.
  static let shells = [["/bin/dash"], ["/bin/bash", "--posix"], ["/bin/busybox", "sh"], ["/bin/sh"]].filter {
    FileManager.default.isExecutableFile(atPath: $0[0])
  }

  static func with(_ body: (LocalMachine) throws -> Void) throws {
    let root = NSTemporaryDirectory() + "muster-machine-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: root + "/bin", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: root) }
    let machine = LocalMachine(root: root)
    try machine.write("/bin/systemctl", "#!/bin/sh\necho \"$@\" >>\(root)/systemctl.log\n" + units, mode: 0o755)
    try body(machine)
  }

  private static let units = """
    [ "$1" = show ] || exit 0
    for u in k3s k3s-agent; do
      printf 'Id=%s.service\\nLoadState=not-found\\nActiveState=inactive\\nUnitFileState=\\nNeedDaemonReload=no\\n\\n' $u
    done

    """

  func write(_ path: String, _ text: String, mode: Int = 0o644) throws {
    let place = URL(fileURLWithPath: root + path)
    try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: place.path)
  }

  func text(_ path: String) -> String? { try? String(contentsOfFile: root + path, encoding: .utf8) }

  /// Runs a script with all places of machines moved into the folder.
  func run(_ shell: [String], _ script: String, input: [UInt8] = []) throws -> RemoteAnswer {
    var text = script
    for place in ["/var/", "/etc/", "/usr/local/bin/", "/root/", "/run/", "/opt/"] {
      text = text.replacing(place, with: "\(root)\(place)")
    }
    text = text.replacing(" /usr/local/bin ", with: " \(root)/usr/local/bin ")
    text = text.replacing("PATH=/usr/local/sbin", with: "PATH=\(root)/bin:/usr/local/sbin")
    let files = ["script", "input", "output", "errors"].map { "\(root)/.\($0)" }
    try Data(text.utf8).write(to: URL(fileURLWithPath: files[0]))
    try Data(input).write(to: URL(fileURLWithPath: files[1]))
    for file in files[2...] { try Data().write(to: URL(fileURLWithPath: file)) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: shell[0])
    process.arguments = Array(shell.dropFirst()) + [files[0]]
    process.standardInput = FileHandle(forReadingAtPath: files[1])
    process.standardOutput = FileHandle(forWritingAtPath: files[2])
    process.standardError = FileHandle(forWritingAtPath: files[3])
    try process.run()
    process.waitUntilExit()
    func bytes(_ file: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: file))) }
    var output = String(decoding: try bytes(files[2]), as: UTF8.self)
    output = output.replacing(root + "/", with: "/")
    return RemoteAnswer(
      status: Int(process.terminationStatus), output: Array(output.utf8), errors: try bytes(files[3]))
  }
}
