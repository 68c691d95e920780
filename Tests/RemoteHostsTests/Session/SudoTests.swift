import MusterCore
import Testing

@testable import RemoteHosts

/// A stand-in for sudo that asks as the real one does (which is tried on real machines by hand), for whoever runs the tests.
@Suite("Becoming root")
struct SudoTests {
  private static func session(_ sudo: String?, password: String? = nil) throws -> (RemoteSession, ScratchFolder) {
    let folder = try ScratchFolder()
    try folder.write("id", "#!/bin/sh\necho 1000\n", mode: 0o700)
    if let sudo { try folder.write("sudo", "#!/bin/sh\n" + sudo, mode: 0o700) }
    var options = RemoteOptions()
    options.environment["PATH"] = sudo == nil ? folder.path : "\(folder.path):/usr/bin:/bin"
    let host = RemoteHost("here", .local, rootPassword: password.map { Secret($0) })
    return (RemoteSession(host, options: options), folder)
  }

  /// Skips to the command and runs it; the rest of the line is what stands before the command.
  private static let runs = "while [ \"$1\" != /bin/sh ]; do shift; done; exec \"$@\"\n"
  private static let asks = """
    ask() { printf '%s' "$3" >&2; IFS= read -r answer; [ "$answer" = right ] || { echo "Sorry, try again." >&2; return 1; }; }
    [ "$1" = -S ] || { echo "sudo: a password is required" >&2; exit 1; }
    ask "$@" || ask "$@" || ask "$@" || { echo "sudo: 3 incorrect password attempts" >&2; exit 1; }

    """

  @Test("works without a password")
  func passwordless() async throws {
    let (session, folder) = try Self.session("[ \"$1\" = -n ] || exit 9\n" + Self.runs)
    #expect(try await session.run(RemoteScript("speaks", "echo yes")).outputText == "yes\n")
    await session.close()
    _ = folder
  }

  @Test("works with the right password, which the root shell never sees if sudo does not ask")
  func password() async throws {
    for sudo in [Self.asks + Self.runs, Self.runs] {
      let (session, folder) = try Self.session(sudo, password: "right")
      #expect(try await session.run(RemoteScript("speaks", "echo yes; cat")).outputText == "yes\n")
      await session.close()
      _ = folder
    }
  }

  @Test("answers a question that a module of PAM asks in its own words")
  func ownWords() async throws {
    let (session, folder) = try Self.session(
      "printf 'Password for vagrant@EXAMPLE: ' >&2; read -r answer; [ \"$answer\" = right ] || exit 1\n" + Self.runs,
      password: "right")
    #expect(try await session.run(RemoteScript("speaks", "echo yes")).outputText == "yes\n")
    await session.close()
    _ = folder
  }

  @Test(
    "says why it fails",
    arguments: [
      (asks + runs, "wrong", "the password for sudo is wrong"),
      (asks + runs, nil, "none was given"),
      ("echo 'sudo: sorry, you must have a tty to run sudo' >&2; exit 1", nil, "requiretty"),
      ("echo 'vagrant is not in the sudoers file.' >&2; exit 1", nil, "does not let the user become root"),
      ("echo 'sudo: something new' >&2; exit 1", nil, "says 'sudo: something new'"),
      ("exit 1", nil, "sudo fails; run"),
    ] as [(String, String?, String)])
  func faults(_ sudo: String, _ password: String?, _ words: String) async throws {
    let (session, folder) = try Self.session(sudo, password: password)
    let error = await #expect(throws: RemoteHostError.self) { try await session.open() }
    #expect(error?.code == .root)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    _ = folder
  }

  @Test("says that there is no sudo")
  func missing() async throws {
    let (session, folder) = try Self.session(nil)
    let error = await #expect(throws: RemoteHostError.self) { try await session.open() }
    #expect(error?.message.contains("there is no sudo") == true, "\(error?.message ?? "")")
    _ = folder
  }

  @Test("shows the password to nobody")
  func secret() async throws {
    let (session, folder) = try Self.session(Self.asks + Self.runs, password: "right")
    let seen = try await session.run(
      RemoteScript(
        "looks around",
        "cat /proc/[0-9]*/cmdline /proc/self/environ /proc/$PPID/environ 2>/dev/null | tr '\\0' '\\n' | grep -cx '[r]ight'"
      )
    )
    #expect(seen.outputText == "0\n")
    await session.close()
    _ = folder
  }
}
