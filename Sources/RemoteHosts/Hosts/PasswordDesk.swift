import MusterCore
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Gives the SSH client a password when it asks, by a program (`SSH_ASKPASS`) that reads it from a named pipe.
///
/// The password is in no file, argument or environment. It is given once, and not for a jump host: the client that
/// connects to one (`-W`) inherits the program.
final class PasswordDesk: Sendable {
  private let folder: String
  private let pipe: Mutex<Int32?>

  private static let program = """
    #!/bin/sh
    case $1 in *assphrase*|*"(yes/no"*) exit 1 ;; *assword*|*PIN*|*:*) ;; *) exit 1 ;; esac
    if [ -r "/proc/$PPID/cmdline" ]; then
      case $(tr '\\0' '\\n' <"/proc/$PPID/cmdline") in *'
    -W
    '*) exit 1 ;; esac
    fi
    mkdir "$0.asked" 2>/dev/null || exit 1
    IFS= read -r answer <"$0.pipe" && printf '%s\\n' "$answer"
    """

  /// - Throws: ``RemoteHostError`` (`client`).
  init(_ password: Secret<String>, temporaryFolder: String) throws(RemoteHostError) {
    var template = Array((temporaryFolder + "/remote-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw RemoteHostError(
        .client, "no folder for the SSH client's password can be made in '\(temporaryFolder)': \(Self.reason())")
    }
    folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    pipe = Mutex(nil)
    let bytes = Array((password.reveal() + "\n").utf8)
    let path = folder + "/ask"
    // What a pipe takes at once on every system.
    guard bytes.count <= 512, !bytes.dropLast().contains(10) else {
      throw RemoteHostError(.client, "the password for SSH is longer than 511 bytes or has several lines; correct it")
    }
    guard mkfifo(path + ".pipe", 0o600) == 0, case let end = open(path + ".pipe", O_RDWR | O_NONBLOCK | O_CLOEXEC),
      end >= 0
    else { throw RemoteHostError(.client, "no pipe can be made in '\(folder)': \(Self.reason())") }
    pipe.withLock { $0 = end }
    guard write(end, bytes, bytes.count) == bytes.count,
      FileManager.default.createFile(
        atPath: path, contents: Data(Self.program.utf8), attributes: [.posixPermissions: 0o700])
    else { throw RemoteHostError(.client, "'\(path)' cannot be written: \(Self.reason())") }
  }

  /// What the client's environment must say.
  var variables: [String: String] {
    // The display is what clients before OpenSSH 8.4 look for.
    ["SSH_ASKPASS": folder + "/ask", "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"]
  }

  func close() {
    guard let end = pipe.withLock({ $0.take() }) else { return }
    Self.close(end)
    try? FileManager.default.removeItem(atPath: folder)
  }

  deinit {
    if let end = pipe.withLock({ $0.take() }) { Self.close(end) }
    try? FileManager.default.removeItem(atPath: folder)
  }

  private static func reason() -> String { String(cString: strerror(errno)) }

  #if canImport(Glibc)
    private static func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }
  #else
    private static func close(_ descriptor: Int32) { _ = Darwin.close(descriptor) }
  #endif
}
