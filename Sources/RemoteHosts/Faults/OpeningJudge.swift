import MusterCore

/// Finds out from where the opening of a session stopped, and from what was said until then, what is wrong.
struct OpeningJudge {
  let host: RemoteHost
  let options: RemoteOptions
  let greeting: Greeting

  func wrongPassword() -> OpeningFault {
    fault(.root, "the password for sudo is wrong; give the one of \(user)")
  }

  func expired(_ patience: Duration) -> OpeningFault {
    let time = DurationText.text(patience)
    switch greeting.stage {
    case .connecting where host.way == .local: return fault(.root, "no shell started within \(time)")
    case .connecting:
      return fault(
        .unreachable,
        "there was no shell within \(time); see whether 'ssh \(place)' asks something, or hangs, when run by hand")
    case .user:
      return fault(
        .root, "sudo did not end within \(time); see whether it asks something when run on the machine by hand")
    case .root, .ready:
      return fault(.root, "the root shell did not answer within \(time); see what the machine is busy with")
    }
  }

  func ended(_ ending: Connection.Ending) -> OpeningFault {
    if case .notStarted(let reason) = ending {
      return fault(.client, "the program '\(host.way == .local ? "/bin/sh" : options.client)' cannot be run: \(reason)")
    }
    switch greeting.stage {
    case .connecting: return login(ending)
    case .user:
      return SudoComplaint.read(greeting.errors, ending, user: user, options).map { fault(.root, $0) } ?? cut()
    case .root, .ready: return shell(ending)
    }
  }

  private func login(_ ending: Connection.Ending) -> OpeningFault {
    // The client's own status; every other is that of the machine's shell.
    if host.way != .local, ending == .exited(255),
      let complaint = SSHComplaint.read(greeting.errors, options: options, destination: place)
    {
      return fault(complaint.code, complaint.text, isPassing: complaint.isPassing)
    }
    let said = lastLine(greeting.output).isEmpty ? lastLine(greeting.errors) : lastLine(greeting.output)
    let quoted = said.isEmpty ? "" : " and says '\(said)'"
    switch ending {
    case .exited(255): return fault(.unreachable, "the SSH client fails\(quoted); run 'ssh \(place)' by hand")
    case .exited(let status):
      return fault(
        .login,
        "the login shell of \(user) ends with status \(status)\(quoted); give the user a shell, or take another user")
    case .signalled(let signal): return fault(.client, "the SSH client was ended by signal \(signal)\(quoted)")
    case .notStarted(let reason): return fault(.client, reason)
    }
  }

  /// The root shell came, and did not read its program.
  private func shell(_ ending: Connection.Ending) -> OpeningFault {
    if ending == .exited(255) { return cut() }
    let said = greeting.errors.split(whereSeparator: \.isNewline).map(String.init).last {
      $0.contains("not found") || $0.contains("invalid") || $0.contains("unrecognized") || $0.contains("denied")
    }
    return fault(
      .root,
      "its shell lacks what is needed\(said.map { " (\(Self.plain($0)))" } ?? ""); install coreutils and util-linux there"
    )
  }

  private func cut() -> OpeningFault {
    fault(.lost, "the connection broke before there was a root shell; try again", isPassing: true)
  }

  // MARK: Words

  private var place: String {
    if case .ssh(let destination) = host.way { return destination.text }
    return "this machine"
  }

  private var user: String {
    if case .ssh(let destination) = host.way, let user = destination.user { return "the user '\(user)'" }
    return "the user"
  }

  private func fault(_ code: RemoteHostError.Code, _ what: String, isPassing: Bool = false) -> OpeningFault {
    OpeningFault(
      error: RemoteHostError(
        code, "\(host.name) (\(place)): \(what)", details: ["machine": host.name, "destination": place]),
      isPassing: isPassing)
  }

  private func lastLine(_ text: String) -> String {
    Self.plain(text.split(whereSeparator: \.isNewline).last.map(String.init) ?? "")
  }

  /// What a machine says, as one short line without anything that a terminal obeys.
  static func plain(_ text: String) -> String {
    let words = String(
      text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? " " : Character($0) })
    let line = words.split(separator: " ").joined(separator: " ")
    return line.count > 200 ? line.prefix(200) + "…" : line
  }
}
