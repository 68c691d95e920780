/// What the OpenSSH client says when it does not bring a shell, in our words.
///
/// Source: messages of OpenSSH 7 to 10. The client has no other way to say what is wrong: its status is 255 for all.
struct SSHComplaint: Sendable, Hashable {
  let code: RemoteHostError.Code
  let text: String
  var isPassing = false

  /// - Parameter destination: `user@host:port`, as it was given.
  /// - Returns: nil if nothing of it is known.
  static func read(_ text: String, options: RemoteOptions, destination: String) -> SSHComplaint? {
    let complaint = Reading(
      lines: text.split(whereSeparator: \.isNewline).map(String.init), options: options, destination: destination)
    return complaint.client() ?? complaint.hostKey() ?? complaint.login() ?? complaint.network() ?? complaint.early()
  }

  private struct Reading {
    let lines: [String]
    let options: RemoteOptions
    let destination: String

    /// The first line that has one of the words, short and plain.
    private func line(_ words: String...) -> String? {
      lines.first { line in words.contains { line.contains($0) } }.map(OpeningJudge.plain)
    }

    private func has(_ words: String...) -> Bool { lines.contains { line in words.contains { line.contains($0) } } }

    func client() -> SSHComplaint? {
      if let said = line(
        "Bad configuration option", "Bad owner or permissions on", "terminating,", "unknown option", "illegal option",
        "missing argument", "unsupported option", "Bad stdio forwarding", "Can't open user config file", "keyword ",
        "Bad local forwarding", "Cannot execute command-line and remote command")
      {
        return SSHComplaint(
          code: .client,
          text:
            "the SSH client does not take its settings (\(said)); correct them in the SSH configuration or the inventory"
        )
      }
      if let said = line(
        "Unable to negotiate with", "no matching ", "no mutual signature", "Protocol major versions differ")
      {
        return SSHComplaint(
          code: .client,
          text: "the SSH client and the machine have no method in common (\(said)); update the older of the two")
      }
      return nil
    }

    func hostKey() -> SSHComplaint? {
      if has(
        "REMOTE HOST IDENTIFICATION HAS CHANGED", "differs from the key for the IP address", "REVOKED HOST KEY DETECTED"
      ) {
        let known = lines.first { $0.hasPrefix("Offending ") && $0.contains(" in ") }
        let place = known.flatMap { line in line.range(of: " in ").map { String(line[$0.upperBound...]) } }
        let entry = place.map { " (known from \(OpeningJudge.plain($0)))" } ?? ""
        return SSHComplaint(
          code: .hostKey,
          text:
            "its host key is another than the known one\(entry): somebody may be in between; if the machine was set up "
            + "anew, remove the old key with ssh-keygen -R and connect again")
      }
      guard has("Host key verification failed") else { return nil }
      let unknown = line("host key is known for")
      if options.acceptsNewHostKeys {
        // Those of the machine itself would have been accepted; the client of a jump host goes by the user's configuration alone.
        return SSHComplaint(
          code: .hostKey,
          text:
            "the host key of a jump host on the way to it is not known\(unknown.map { " (\($0.prefix { $0 != "," }))" } ?? ""); "
            + "connect to that one by hand once, and compare its key")
      }
      return SSHComplaint(
        code: .hostKey,
        text:
          "its host key is not known\(unknown.map { " (\($0.prefix { $0 != "," }))" } ?? ""); compare it on the machine "
          + "and add it to known_hosts, or \(options.wayToAcceptKeys)")
    }

    func login() -> SSHComplaint? {
      if has("System is booting up", "system is booting") {
        return SSHComplaint(code: .login, text: "it is starting and lets nobody in yet; wait a moment")
      }
      if has("System is going down", "system is going down") {
        return SSHComplaint(code: .login, text: "it is shutting down and lets nobody in; wait until it is back")
      }
      if has("password has expired", "change your password", "account has expired") {
        return SSHComplaint(code: .login, text: "the user's password or account has expired; renew it on the machine")
      }
      if has("Too many authentication failures") {
        return SSHComplaint(
          code: .login,
          text:
            "it refuses the user after too many keys; name the right one and set 'IdentitiesOnly yes' for it in the SSH configuration"
        )
      }
      guard let said = line("Permission denied (", "No more authentication methods") else { return nil }
      if has("UNPROTECTED PRIVATE KEY FILE", "bad permissions") {
        return SSHComplaint(
          code: .login, text: "the private key can be read by others and is not used; run chmod 600 on it")
      }
      let ways = said.firstIndex(of: "(").map { String(said[$0...].prefix { $0 != "." }) } ?? ""
      // `user@host: Permission denied (publickey).`: the host may be a jump host, or what the user's configuration calls the machine.
      let place = said.range(of: ": Permission denied").map { String(said[..<$0.lowerBound]) } ?? destination
      let host = place.split(separator: "@").last ?? ""
      let who = place.contains("@") && !destination.contains(host) ? place : "it"
      // Behind the words of the client may stand why the named key was no use.
      let key = line("not accessible", "invalid format", "error in libcrypto", "Load key ").map { " (\($0))" } ?? ""
      return SSHComplaint(
        code: .login,
        text:
          "\(who) does not let the user in \(ways)\(key); give the right user, and a key that stands in its authorized_keys or the right password"
      )
    }

    func network() -> SSHComplaint? {
      if line("Could not resolve hostname") != nil {
        let name = lines.first { $0.contains("Could not resolve hostname") } ?? ""
        return SSHComplaint(
          code: .unreachable,
          text: "there is no machine of that name (\(OpeningJudge.plain(name))); correct its address")
      }
      // Said by the jump host about the machine behind it.
      if let said = line("open failed: ") {
        return SSHComplaint(
          code: .unreachable,
          text: "the jump host cannot reach it (\(said)); see that it runs, and its address and port")
      }
      if has("Connection refused") {
        return SSHComplaint(
          code: .unreachable,
          text: "it refuses connections\(about("Connection refused")); see that its SSH server runs on this port")
      }
      if has("timed out", "Operation timed out") {
        return SSHComplaint(
          code: .unreachable,
          text: "it does not answer\(about("timed out")); see that it runs, its address, and the firewalls")
      }
      if has("No route to host", "Network is unreachable", "Network unreachable") {
        return SSHComplaint(
          code: .unreachable,
          text:
            "there is no way to it\(about("No route", "unreachable")); see that it runs, its address, and this machine's network"
        )
      }
      return nil
    }

    func early() -> SSHComplaint? {
      guard
        let said = line(
          "kex_exchange_identification", "ssh_exchange_identification", "banner exchange", "Connection closed by",
          "Connection reset", "closed by remote host", "Broken pipe")
      else { return nil }
      return SSHComplaint(
        code: .unreachable,
        text:
          "it closes the connection before the login (\(said)); see its SSH server's log, MaxStartups, and what bans addresses there",
        isPassing: true)
    }

    /// Whom the client spoke of, if that is another than who was asked for: a jump host.
    private func about(_ words: String...) -> String {
      let said = lines.first { line in words.contains { line.contains($0) } } ?? ""
      return " (\(OpeningJudge.plain(said.hasPrefix("ssh: ") ? String(said.dropFirst(5)) : said)))"
    }
  }
}
