/// What `sudo` says when it does not make the user root, in our words.
///
/// Source: sudo's own messages (1.8 to 1.9, and sudo-rs) in the C locale, which the session sets.
enum SudoComplaint {
  /// - Returns: nil if it said nothing that means anything: the connection broke.
  static func read(_ text: String, _ ending: Connection.Ending, user: String, _ options: RemoteOptions) -> String? {
    if ending == .exited(RemoteProgram.noSudo) {
      return "there is no sudo; log in as root, or install sudo"
    }
    func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
    if says("sorry, you must have a tty") {
      return "sudo wants a terminal; take 'requiretty' out of its sudoers file for \(user)"
    }
    if says("not in the sudoers file", "is not allowed to execute", "may not run sudo", "not allowed to run sudo") {
      return "sudo does not let \(user) become root; add a rule for the user to sudoers, or take another user"
    }
    if says("incorrect password attempt", "Authentication failed", "Maximum 3 incorrect", "maximum of 3") {
      return "the password for sudo is wrong; give the one of \(user)"
    }
    if says("password is required", "terminal is required", "no tty present", "interactive authentication is required")
    {
      return
        "sudo wants the password of \(user), and none was given; \(options.wayToGivePassword), or let the user run sudo without one (NOPASSWD)"
    }
    if says("password has expired", "password expired", "Account or password is expired", "account validation failure")
    {
      return "sudo refuses \(user), whose account or password has expired; renew it on the machine"
    }
    if says("no new privileges", "effective uid is not 0", "must be owned by uid 0") {
      return "sudo cannot work there (\(lastLine(text))); log in as root, or mend its installation"
    }
    if ending == .exited(255) { return nil }
    let said = lastLine(text)
    return "sudo fails\(said.isEmpty ? "" : " and says '\(said)'"); run 'sudo true' on the machine by hand"
  }

  private static func lastLine(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    return OpeningJudge.plain(lines.last { $0.hasPrefix("sudo:") } ?? lines.last ?? "")
  }
}
