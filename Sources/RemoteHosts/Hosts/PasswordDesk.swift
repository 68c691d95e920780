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
/// The password is in no file, argument or environment. It is given once, and only to the client that Muster has started itself:
/// those that connect to a jump host, or that a `ProxyCommand` runs, inherit the program.
final class PasswordDesk: Sendable {
  private let folder: String
  private let pipe: Mutex<Int32?>

  /// Only that client is told to announce the user's shell. Some questions are none for a password: of a security key's PIN, or to touch it.
  private static let program = """
    #!/bin/sh
    [ -z "$SSH_ASKPASS_PROMPT" ] || exit 1
    case $1 in *assphrase*|*"PIN for"*|*"(yes/no"*) exit 1 ;; *assword*|*:*) ;; *) exit 1 ;; esac
    if [ -r "/proc/$PPID/cmdline" ]; then asking=$(tr '\\0' ' ' <"/proc/$PPID/cmdline"); else asking=$(ps -ww -o args= -p "$PPID"); fi
    case $asking in *"\(RemoteProgram.user)"*) ;; *) exit 1 ;; esac
    # Without the one who gives it, the pipe would be waited at for ever.
    kill -0 \(getpid()) 2>/dev/null || { rm -rf "${0%/*}"; exit 1; }
    mkdir "$0.asked" 2>/dev/null || exit 1
    IFS= read -r answer <"$0.pipe" && printf '%s\\n' "$answer"
    """

  /// - Parameter temporaryFolders: where its folder may be made, the best first.
  /// - Throws: ``RemoteHostError`` (`client`).
  init(_ password: Secret<String>, temporaryFolders: [String]) throws(RemoteHostError) {
    guard let folder = temporaryFolders.lazy.compactMap(Self.makeFolder).first else {
      let reason = Self.reason()
      throw RemoteHostError(
        .client,
        "no folder for the SSH client's password can be made in '\(temporaryFolders.joined(separator: "' or '"))': \(reason); "
          + "name one that can be written to in TMPDIR")
    }
    self.folder = folder
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

  /// A folder that only this user can enter; mkdtemp puts letters of its own in the place of the Xs.
  private static func makeFolder(in folder: String) -> String? {
    var template = Array((folder + "/remote-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { return nil }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
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
