import MusterCore

/// One piece of work for an ``ExecutorHost``: which programs run, on which input, within which bounds.
public struct ExecutorRequest: Sendable {
  /// Programs that run one after the other in one fresh directory; each is an argv, never a shell line.
  ///
  /// An argument may hold placeholders; see ``Placeholders`` for the grammar.
  public var stages: [[String]]
  /// What stands for `{name}` in the arguments, by name without braces; ``Placeholders/own`` come from the runner.
  public var placeholders: [String: String]
  /// Becomes the file `{input}`, and the standard input of every stage.
  public var input: [UInt8]
  /// The whole environment of the programs. The runner adds `MUSTER_INPUT`, `MUSTER_OUTPUT`, `MUSTER_DIR` and
  /// `MUSTER_RUN`; nothing is inherited.
  public var environment: [String: String]
  /// Further files put into the directory, by name; each name is also a placeholder that stands for the file's path.
  public var extraFiles: [String: [UInt8]]
  /// Bound on the run time of all stages together. Nil: none.
  public var timeout: Duration?
  /// Bound on the resident memory of all processes of the run together, in bytes. 0: none.
  public var memoryLimit: UInt64
  /// Bound on the size of the result, in bytes.
  public var maxResult: Int
  /// False for a program whose exit code says everything (a verifier): no result is read, stdout goes to the log.
  public var outputIsResult: Bool
  /// Where `outputIsResult` is false: so many bytes that the last stage prints to stdout come back as
  /// ``ExecutorOutcome/output`` and do not go to the log. 0: none.
  public var keptOutput: Int
  /// What surrounds the programs.
  public var sandbox: Sandbox

  public init(
    stages: [[String]], placeholders: [String: String] = [:], input: [UInt8] = [], environment: [String: String] = [:],
    extraFiles: [String: [UInt8]] = [:], timeout: Duration? = nil, memoryLimit: UInt64 = 0,
    maxResult: Int = 64 << 20, outputIsResult: Bool = true, keptOutput: Int = 0,
    sandbox: Sandbox = Sandbox()
  ) {
    self.stages = stages
    self.placeholders = placeholders
    self.input = input
    self.environment = environment
    self.extraFiles = extraFiles
    self.timeout = timeout
    self.memoryLimit = memoryLimit
    self.maxResult = maxResult
    self.outputIsResult = outputIsResult
    self.keptOutput = keptOutput
    self.sandbox = sandbox
  }
}
