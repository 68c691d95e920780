import MusterCore
import Subprocess

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Makes the connection of a session, again if the machine closes it at once.
struct SessionOpener: Sendable {
  let host: RemoteHost
  let options: RemoteOptions
  let time: any Timekeeper

  /// - Returns: a connection whose root shell waits for scripts.
  /// - Throws: ``RemoteHostError``, `CancellationError`.
  func open() async throws -> Connection {
    var pause = Duration.milliseconds(200)
    for attempt in 1... {
      do {
        return try await openOnce()
      } catch let error as OpeningFault where error.isPassing && attempt < options.attempts {
        // Thirty machines behind one busy jump host must not all come back at the same instant.
        try await time.sleep(for: pause * Double.random(in: 0.7...1.3))
        pause = min(pause * 2, .seconds(3))
      } catch let error as OpeningFault {
        throw error.error
      }
    }
    throw CancellationError()
  }

  private enum Turn: Sendable {
    case step(Greeting.Step)
    case expired
    case ended(Connection.Ending)
  }

  private func openOnce() async throws -> Connection {
    let asks = host.becomesRoot && host.rootPassword != nil
    // What comes behind a line's end, the next program would read as its own.
    guard host.rootPassword?.reveal().utf8.contains(10) != true else {
      throw RemoteHostError(.root, "\(host.name): the password for sudo has several lines; correct it")
    }
    let starter = RemoteProgram.starter(becomesRoot: host.becomesRoot, asks: asks, shell: options.shell)
    let greeting = Connection.Listener.greeting(Greeting(hasPassword: asks))
    var environment = options.environment
    // Nobody is there to look at a dialogue, which the client of a jump host would open too.
    environment["SSH_ASKPASS"] = nil
    environment["SSH_ASKPASS_REQUIRE"] = "never"
    var desk: PasswordDesk?
    defer { desk?.close() }
    let connection: Connection
    switch host.way {
    case .local:
      connection = try Connection(
        program: .path("/bin/sh"), arguments: ["-c", starter], environment: environment, listener: greeting)
    case .ssh(let destination):
      let arguments = try SSHCommand(destination: destination, options: options).arguments(running: starter)
      if let password = destination.password {
        // The first may be left over from another session, or another user's.
        let folders = [environment["XDG_RUNTIME_DIR"], environment["TMPDIR"], "/tmp"].compactMap { $0 }
        desk = try PasswordDesk(password, temporaryFolders: folders.filter { $0.hasPrefix("/") })
        environment.merge(desk?.variables ?? [:]) { _, new in new }
      }
      let client = options.client
      connection = try Connection(
        program: client.contains("/") ? .path(.init(client)) : .name(client), arguments: arguments,
        environment: environment, listener: greeting)
    }
    do {
      try await greet(connection)
      connection.listen(.none)
      return connection
    } catch {
      connection.breakOff()
      await connection.waitUntilGone()
      throw Task.isCancelled ? CancellationError() : error
    }
  }

  private func greet(_ connection: Connection) async throws {
    let timer = Task { [time, options] in
      try await time.sleep(for: options.openPatience)
      connection.expire()
    }
    defer { timer.cancel() }
    while true {
      let turn: Turn? = await connection.wait { state in
        if case .greeting(var greeting) = state.listener, let step = greeting.nextStep() {
          state.listener = .greeting(greeting)
          return .step(step)
        }
        if state.isExpired { return .expired }
        return state.ending.map(Turn.ended)
      }
      switch turn {
      case nil: throw CancellationError()
      case .step(.isReady)?: return
      case .step(.sendProgram)?:
        let program = Array(RemoteProgram.dispatcher(shell: options.shell).utf8)
        await connection.send(Array("\(program.count)\n".utf8) + program)
      case .step(.sendPassword)?:
        await connection.send(Array(((host.rootPassword?.reveal() ?? "") + "\n").utf8))
      case .step(.wrongPassword)?: throw fault(connection) { $0.wrongPassword() }
      case .expired?: throw fault(connection) { $0.expired(options.openPatience) }
      case .ended(let ending)?: throw fault(connection) { $0.ended(ending) }
      }
    }
  }

  private func fault(_ connection: Connection, _ judge: (OpeningJudge) -> OpeningFault) -> OpeningFault {
    let greeting = connection.look { state in
      if case .greeting(let greeting) = state.listener { greeting } else { Greeting(hasPassword: false) }
    }
    return judge(OpeningJudge(host: host, options: options, greeting: greeting))
  }
}
