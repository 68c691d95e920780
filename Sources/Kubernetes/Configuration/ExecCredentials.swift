import MusterCore

/// Credentials from a program, kept until they end.
///
/// However many ask at once, the program runs once for all of them; when one of them is cancelled, it goes on for the
/// others.
actor ExecCredentials: CredentialSource, CustomReflectable {
  /// How long before their end credentials are replaced, so that none ends on its way.
  static let margin: Duration = .seconds(5)
  /// Within which a refusal says nothing about newer credentials: the requests refused were sent with the ones before.
  static let truce: Duration = .seconds(2)

  private let plugin: ExecPlugin
  private let environment: [String: String]
  private let time: any Timekeeper
  private let patience: Duration
  private var last: (credentials: Credentials, gotAt: Moment)?
  private var running: Task<Credentials, any Error>?

  /// - Parameter patience: how long the program may take.
  init(_ plugin: ExecPlugin, environment: [String: String], time: any Timekeeper, patience: Duration = .seconds(60)) {
    self.plugin = plugin
    self.environment = environment
    self.time = time
    self.patience = patience
  }

  /// Without the environment, in which people keep secrets.
  nonisolated var customMirror: Mirror { Mirror(self, children: ["plugin": plugin]) }

  func current(forceRefresh: Bool) async throws -> Credentials {
    if let last, isFresh(last.credentials), !forceRefresh || time.moment() - last.gotAt < Self.truce {
      return last.credentials
    }
    return try await Self.result(of: running ?? start())
  }

  /// A task's result, or at once a `CancellationError` when the one who waits is cancelled; the task goes on.
  private static func result(of task: Task<Credentials, any Error>) async throws -> Credentials {
    let (results, sink) = AsyncThrowingStream<Credentials, any Error>.makeStream()
    Task {
      switch await task.result {
      case .success(let credentials):
        sink.yield(credentials)
        sink.finish()
      case .failure(let error): sink.finish(throwing: error)
      }
    }
    for try await credentials in results { return credentials }
    throw CancellationError()
  }

  private func isFresh(_ credentials: Credentials) -> Bool {
    guard let expires = credentials.expires else { return true }
    return time.timestamp() + Self.margin < expires
  }

  private func start() -> Task<Credentials, any Error> {
    let task = Task {
      defer { running = nil }
      let credentials = try await plugin.run(environment: environment, patience: patience, time: time)
      last = (credentials, time.moment())
      return credentials
    }
    running = task
    return task
  }
}
