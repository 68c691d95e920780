import Testing

@testable import RemoteHosts

/// Words of real clients and servers that are hard to provoke here; the others are in ``SSHFaultTests``.
@Suite("What the SSH client says")
struct SSHComplaintTests {
  private static func read(_ text: String) -> SSHComplaint? {
    SSHComplaint.read(text, options: RemoteOptions(), destination: "vagrant@10.0.0.1")
  }

  @Test(
    "is told in our words",
    arguments: [
      (
        "ssh: connect to host 10.0.0.1 port 22: No route to host\r\n", .unreachable,
        "there is no way to it (connect to host 10.0.0.1"
      ),
      ("ssh: connect to host 10.0.0.1 port 22: Network is unreachable\r\n", .unreachable, "there is no way to it"),
      ("ssh: connect to host 10.0.0.1 port 22: Connection timed out\r\n", .unreachable, "it does not answer"),
      ("Connection timed out during banner exchange\r\n", .unreachable, "it does not answer"),
      (
        "\"System is booting up. Unprivileged users are not permitted to log in yet. Please come back later.\"\nConnection closed by 10.0.0.1 port 22\r\n",
        .login, "it is starting"
      ),
      (
        "\"System is going down. Unprivileged users are not permitted to log in anymore.\"\nConnection closed by 10.0.0.1 port 22",
        .login, "it is shutting down"
      ),
      (
        "Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures\r\nDisconnected from 10.0.0.1 port 22",
        .login, "too many keys"
      ),
      ("WARNING: Your password has expired.\nPassword change required but no TTY available.\n", .login, "has expired"),
      (
        "Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-rsa\r\n", .client,
        "no method in common"
      ),
      (
        "channel 0: open failed: administratively prohibited: open failed\r\nstdio forwarding failed\r\nConnection closed by UNKNOWN port 65535\r\n",
        .unreachable, "the jump host cannot reach it"
      ),
    ] as [(String, RemoteHostError.Code, String)])
  func words(_ text: String, _ code: RemoteHostError.Code, _ ours: String) throws {
    let complaint = try #require(Self.read(text))
    #expect(complaint.code == code)
    #expect(complaint.text.contains(ours), "\(complaint.text)")
    #expect(!complaint.isPassing)
  }

  @Test(
    "of an early end of the connection is no last word",
    arguments: [
      "kex_exchange_identification: Connection closed by remote host\r\nConnection closed by 10.0.0.1 port 22\r\n",
      "kex_exchange_identification: read: Connection reset by peer\r\nConnection reset by 10.0.0.1 port 22\r\n",
      "ssh_exchange_identification: Connection closed by remote host\r\n",
    ])
  func early(_ text: String) {
    #expect(Self.read(text)?.isPassing == true)
    #expect(Self.read(text)?.code == .unreachable)
  }

  @Test("in words that nobody knows is not guessed")
  func unknown() {
    #expect(Self.read("") == nil)
    #expect(Self.read("something else\n") == nil)
  }

  @Test("cannot put anything into a terminal")
  func plain() {
    let complaint = Self.read("\u{1B}[2Jx: Permission denied (\u{1B}]0;t\u{7}publickey).\r\n")
    #expect(complaint?.text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } == true)
  }
}
