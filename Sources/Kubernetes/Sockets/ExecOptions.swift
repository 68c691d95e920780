/// What is run in a container, and which of its streams are wanted.
public struct ExecOptions: Sendable, Hashable {
  /// The program and its arguments; no shell is between.
  public var command: [String]
  /// Nil: the pod's only container, or the one that its annotation `kubectl.kubernetes.io/default-container` names.
  public var container: String?
  public var hasInput: Bool
  public var hasOutput: Bool
  /// Standard error; with a terminal it comes as output.
  public var hasErrors: Bool
  public var hasTerminal: Bool

  public init(
    _ command: [String], container: String? = nil, hasInput: Bool = false, hasOutput: Bool = true,
    hasErrors: Bool = true, hasTerminal: Bool = false
  ) {
    self.command = command
    self.container = container
    self.hasInput = hasInput
    self.hasOutput = hasOutput
    self.hasErrors = hasErrors
    self.hasTerminal = hasTerminal
  }

  var query: [(name: String, value: String)] {
    var query = command.map { (name: "command", value: $0) }
    if let container { query.append(("container", container)) }
    if hasInput { query.append(("stdin", "true")) }
    if hasOutput { query.append(("stdout", "true")) }
    // A terminal has one output; the server refuses both together.
    if hasErrors, !hasTerminal { query.append(("stderr", "true")) }
    if hasTerminal { query.append(("tty", "true")) }
    return query
  }
}
