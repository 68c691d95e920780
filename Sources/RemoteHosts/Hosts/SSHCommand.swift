/// The command line of the OpenSSH client for one machine.
///
/// Of several values for one setting the client takes the first: what is needed for safety stands before what the user
/// gives, what is only a default behind it. The user's SSH configuration comes last of all.
struct SSHCommand {
  let destination: SSHDestination
  let options: RemoteOptions

  /// Everything after the program's name.
  ///
  /// - Parameter remote: what the machine's login shell is given.
  /// - Throws: ``RemoteHostError`` (`client`).
  func arguments(running remote: String) throws(RemoteHostError) -> [String] {
    guard Self.isName(destination.host), destination.user.map(Self.isName) ?? true else {
      throw RemoteHostError(
        .client, "'\(destination.text)' is no machine that the SSH client can connect to; correct its name and its user"
      )
    }
    var result = ["-T"]
    for setting in always { result += ["-o", setting] }
    result += try SSHArguments.check(destination.arguments)
    for setting in defaults { result += ["-o", setting] }
    if let port = destination.port { result += ["-p", "\(port)"] }
    if let user = destination.user { result += ["-l", user] }
    if let keyFile = destination.keyFile { result += ["-i", keyFile] }
    return result + ["--", destination.host, remote]
  }

  private var always: [String] {
    [
      // No question but those that are answered here: nobody sits at the terminal of thirty machines.
      "BatchMode=\(destination.password == nil ? "yes" : "no")",
      "StrictHostKeyChecking=\(options.acceptsNewHostKeys ? "accept-new" : "yes")",
      "NumberOfPasswordPrompts=1",
      // A configuration made for people may have these; each would break or misuse the connection.
      "RemoteCommand=none", "ClearAllForwardings=yes", "ForwardAgent=no", "ForwardX11=no", "PermitLocalCommand=no",
      "EscapeChar=none",
      // A connection that is already open is used; none is made that stays.
      "ControlMaster=no",
      // Artifacts are compressed already: it costs ten times the processor time of sending them.
      "Compression=no",
      // What is wrong is read from the client's own words.
      "LogLevel=INFO",
    ]
  }

  private var defaults: [String] {
    [
      "ConnectTimeout=\(Self.seconds(options.connectPatience))", "ConnectionAttempts=1",
      "ServerAliveInterval=\(Self.seconds(options.keepalive))", "ServerAliveCountMax=3",
    ]
  }

  private static func seconds(_ duration: Duration) -> Int64 { max(1, duration.components.seconds) }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && !text.hasPrefix("-")
      && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && $0 != "'" && $0 != "\"" }
  }
}
