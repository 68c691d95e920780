import MusterCore

/// A sort of task: which program does it, how its result is checked, and how its failures are treated.
///
/// Comes from a configuration file (see `Settings`); the format is documented in `docs/executors.md`.
public struct KindDefinition: Sendable, Hashable {
  /// Same form as a ``TaskID``.
  public var name: String
  /// Programs run one after the other in one fresh directory; each is an argv, never a shell line. Empty: this side has no executor for the kind.
  public var stages: [[String]]
  /// Argv that judges a result (`{input}`, `{result}`): exit 0 valid, 1 invalid, anything else an error of the verifier.
  public var verifier: [String]?
  /// The file says `verifier: none`: results of the original protocol and of untrusted workers may be taken unverified.
  public var acceptsUnverified: Bool
  /// Time after which an attempt of the original protocol, which has no heartbeats, is given up.
  public var lease: Duration
  /// Bound on the run time of one attempt, all stages together. Nil: none.
  public var timeout: Duration?
  /// How many started attempts may fail before the task fails; 1 or more.
  public var maxAttempts: Int
  public var backoff: Backoff
  /// What a task of the kind takes unless it says otherwise.
  public var needs: Needs
  public var order: TaskOrder
  /// How long a final task of this kind stays in the store.
  public var keep: Duration
  /// Files named by placeholders of the user's own: `{vk}` is the kind's verification key. Absolute paths.
  public var placeholders: [String: String]
  /// Variables of the worker's environment that its executors may see, besides `PATH`, `HOME`, `LANG` and `MUSTER_*`.
  public var environment: [String]
  /// What surrounds the executors, and the verifier.
  public var sandbox: Sandbox

  public init(
    name: String, stages: [[String]] = [], verifier: [String]? = nil, acceptsUnverified: Bool = false,
    lease: Duration = .seconds(600), timeout: Duration? = nil, maxAttempts: Int = 3,
    backoff: Backoff = Backoff(), needs: Needs = Needs(), order: TaskOrder = .oldest,
    keep: Duration = .seconds(7 * 86_400), placeholders: [String: String] = [:], environment: [String] = [],
    sandbox: Sandbox = Sandbox()
  ) {
    self.name = name
    self.stages = stages
    self.verifier = verifier
    self.acceptsUnverified = acceptsUnverified
    self.lease = lease
    self.timeout = timeout
    self.maxAttempts = maxAttempts
    self.backoff = backoff
    self.needs = needs
    self.order = order
    self.keep = keep
    self.placeholders = placeholders
    self.environment = environment
    self.sandbox = sandbox
  }
}

/// Which of the queued tasks of one kind and one priority is handed out first.
public enum TaskOrder: UInt8, Sendable, Hashable, CaseIterable {
  case oldest = 0
  case latest = 1
  /// The same as `oldest`; the word exists because priority always comes first and users look for it.
  case priority = 2
}

/// The wait before the next attempt: `initial × factor^(n−1)`, at most `limit`, after the n-th failed attempt.
public struct Backoff: Sendable, Hashable {
  public var initial: Duration
  /// 1 or more.
  public var factor: Double
  public var limit: Duration

  public init(initial: Duration = .seconds(1), factor: Double = 2, limit: Duration = .seconds(60)) {
    self.initial = initial
    self.factor = factor
    self.limit = limit
  }

  /// - Parameter failures: how many attempts have failed so far; 1 or more.
  public func delay(afterFailures failures: Int) -> Duration {
    var delay = initial.seconds
    let cap = limit.seconds
    for _ in 1..<max(failures, 1) {
      if delay >= cap { break }
      delay *= factor
    }
    return .seconds(min(delay, cap))
  }
}
