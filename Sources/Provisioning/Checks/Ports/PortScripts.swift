/// The scripts of the port trial. A machine needs python3 or perl to listen, and one of these or bash to try.
enum PortScripts {
  /// What runs a program, the best first.
  enum Runner: String, CaseIterable {
    case python3
    case platformPython = "/usr/libexec/platform-python"
    case perl
    case bash
  }

  /// Listens on ports of an address and ends; the listener stays for `seconds` at most, and no longer than the connection.
  static func listen(
    _ ports: [ClusterPort], at address: String, mark: String, seconds: Int, runners: [Runner] = Runner.allCases
  ) -> String {
    // Without a connection, as in a test, it goes by a process that is always there.
    let words = [address, mark, "\(seconds)"].map(ShellWord.quoted) + ["${REMOTE_SHELL:-1}"]
    return script(
      runners, words + ports.map { "\($0.transport.rawValue):\($0.number)" }, lacking: "neither python3 nor perl",
      programs: { runner in
        switch runner {
        case .python3, .platformPython: PortListenProgram.python
        case .perl: PortListenProgram.perl
        case .bash: nil
        }
      })
  }

  /// Tries ports of other machines.
  static func attempt(
    _ targets: [PortTarget], mark: String, seconds: Int, runners: [Runner] = Runner.allCases
  ) -> String {
    script(
      runners, ([mark, "\(seconds)"] + targets.map(\.word)).map(ShellWord.quoted),
      lacking: "neither python3 nor perl nor bash",
      programs: { runner in
        switch runner {
        case .python3, .platformPython: PortTryProgram.python
        case .perl: PortTryProgram.perl
        case .bash: PortTryProgram.bash
        }
      })
  }

  /// Stops a listener, if the process still is the one that listens with this mark.
  static func stop(_ process: Int, mark: String) -> String {
    """
    if tr '\\0' '\\n' <'/proc/\(process)/cmdline' 2>/dev/null | grep -qxF \(ShellWord.quoted(mark)); then kill \(process); fi

    """
  }

  private static func script(
    _ runners: [Runner], _ words: [String], lacking: String, programs: (Runner) -> String?
  ) -> String {
    var text = """
      LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
      export LC_ALL PATH
      printf 'muster-ports\\t1\\n'
      set -- \(words.joined(separator: " "))

      """
    var keyword = "if"
    for runner in runners {
      guard let program = programs(runner) else { continue }
      let start = runner == .bash ? "bash -s --" : "\(runner.rawValue) -"
      text += """
        \(keyword) command -v \(runner.rawValue) >/dev/null 2>&1; then
        printf '%s' \(ShellWord.quoted(program)) | \(start) "$@"

        """
      keyword = "elif"
    }
    let cannot = "printf 'cannot\\t\(lacking)\\nend\\n'\n"
    return keyword == "if" ? text + cannot : text + "else\n\(cannot)fi\n"
  }
}
