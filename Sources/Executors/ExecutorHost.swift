import CKeeper
import MusterCore
import Synchronization

/// Runs programs in a bounded, supervised way, under one keeper process.
///
/// Guarantees: whatever way a run ends, when ``run(_:started:log:)`` returns none of its processes is left (also none
/// that called `setsid`) and its directory is removed; if this process dies, the keeper kills all that runs; what a
/// crash of both leaves is killed and removed when the next host is made on the same work root.
///
/// A program runs in a session of its own, in a fresh directory, with exactly the descriptors 0, 1 and 2, default
/// signal handling, no core dumps, the environment of its request, and within the request's ``Sandbox``.
public final class ExecutorHost: Sendable {
  private struct State {
    var connection: KeeperConnection?
    var isClosed = false
  }

  private let keeperCommand: [String]
  private let workRoot: String
  private let hidden: [String]
  private let grace: Duration
  private let time = SystemTime()
  private let state: Mutex<State>

  /// Sweeps the work root and starts the keeper.
  ///
  /// - Parameters:
  ///   - keeperCommand: argv of a program that calls `muster_keeper_main` with its arguments, such as
  ///     `["/usr/bin/muster", "--keeper"]`; three more are appended.
  ///   - workRoot: an absolute path; the folder is made if it is missing, and may be shared by several hosts.
  ///   - hidden: folders that isolated programs do not see, besides the work root and `/run`, where the sockets of the
  ///     machine's services are. One that lies in another stands after it.
  ///   - grace: how long a program that is to end may take after SIGTERM; then comes SIGKILL. 0: SIGKILL at once.
  /// - Throws: ``ExecutorError``.
  public init(
    keeperCommand: [String], workRoot: String, hidden: [String] = [], grace: Duration = .seconds(5)
  ) throws {
    guard keeperCommand.first?.isEmpty == false else {
      throw ExecutorError(.keeperUnusable, "The command of the keeper is empty; give the path of a program.")
    }
    try HostDirectory.prepare(workRoot)
    HostDirectory.sweep(workRoot)
    self.keeperCommand = keeperCommand
    self.workRoot = workRoot
    self.hidden = ["/run"] + hidden + [workRoot]
    self.grace = grace
    state = Mutex(State(connection: try KeeperConnection(command: keeperCommand, workRoot: workRoot)))
  }

  deinit { state.withLock { $0.connection?.abandon() } }

  /// Runs the stages of `request` one after the other; the first that does not exit with 0 ends the run.
  ///
  /// Cancelling the Swift task ends the run: SIGTERM to the process group, the grace, SIGKILL; a process that has left
  /// the group gets SIGKILL when the main one has ended. A keeper that has died
  /// ends its runs as `unrunnable`, and the next run starts another.
  ///
  /// - Parameters:
  ///   - started: called once, just before the first program is started; not called for a request that is refused,
  ///     but also for a program that then cannot be found.
  ///   - log: gets what the programs write to stderr, and to stdout where that is not the result, as it comes, in
  ///     portions up to 64 KiB, never two at once for one run, and not after the return. It is called on the thread
  ///     that serves all runs of the host, so it must be quick; and it is the caller who bounds what is kept.
  public func run(
    _ request: ExecutorRequest, started: @Sendable () -> Void = {},
    log: @escaping @Sendable (_ bytes: [UInt8]) -> Void = { _ in }
  ) async -> ExecutorOutcome {
    if Task.isCancelled { return ExecutorOutcome(end: .cancelled, message: "Cancelled before it was started.") }
    let connection: KeeperConnection
    switch currentConnection() {
    case .failure(let refusal): return refusal.outcome
    case .success(let current): connection = current
    }
    let run = ExecutorRun(
      request: request, connection: connection, directory: TaskDirectory(path: connection.nextDirectory()),
      grace: grace, time: time, log: log, hidden: hidden)
    return await run.run(started)
  }

  /// Ends every run at once (SIGKILL) and the keeper; returns when no process is left. Runs in flight, and later ones,
  /// end as `cancelled`.
  public func close() async {
    let connection = state.withLock { state in
      state.isClosed = true
      return state.connection
    }
    await connection?.close()
  }

  /// For tests: who keeps now.
  var connection: KeeperConnection? { state.withLock { $0.connection } }

  private func currentConnection() -> Result<KeeperConnection, Refusal> {
    state.withLock { state in
      if state.isClosed {
        return .failure(Refusal(ExecutorOutcome(end: .cancelled, message: ProgramEnd.closedMessage)))
      }
      if let connection = state.connection, !connection.isGone { return .success(connection) }
      do throws(ExecutorError) {
        let connection = try KeeperConnection(command: keeperCommand, workRoot: workRoot)
        state.connection = connection
        return .success(connection)
      } catch {
        return .failure(Refusal(ExecutorOutcome(end: .unrunnable, message: error.description)))
      }
    }
  }
}

/// An outcome that was reached before anything ran.
struct Refusal: Error {
  var outcome: ExecutorOutcome
  init(_ outcome: ExecutorOutcome) { self.outcome = outcome }
  init(_ sentence: String) { outcome = ExecutorOutcome(end: .unrunnable, message: sentence) }
}
