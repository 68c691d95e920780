import Foundation

/// A program that was started in a process group of its own, with no file of this process open.
///
/// Foundation's `Process` would leave it the signal mask of a Swift thread: a shell that waits for its child then waits for
/// ever, because SIGCHLD is blocked.
struct ChildProcess {
  let id: pid_t

  /// - Parameters:
  ///   - command: the program, looked up on the path, and its arguments.
  ///   - input: its standard input; none if nil.
  ///   - output: what it prints, errors too; thrown away if nil.
  init(_ command: [String], input: Int32? = nil, output: Int32? = nil) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (given, wanted) in [(input, Int32(0)), (output, 1), (output, 2)] {
      if let given {
        posix_spawn_file_actions_adddup2(&actions, given, wanted)
      } else {
        posix_spawn_file_actions_addopen(&actions, wanted, "/dev/null", O_RDWR, 0)
      }
    }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
      if let file = Int32(name), file > 2 { posix_spawn_file_actions_addclose(&actions, file) }
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    // A group of its own: Ctrl-C is for the tests alone.
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    // A test may be run from a folder that another user may not enter.
    let words = ["sh", "-c", "cd / && exec \"$@\"", "sh"] + command
    var copies: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    copies.append(nil)
    var id: pid_t = 0
    let failure = posix_spawnp(&id, "sh", &actions, &attributes, copies, environ)
    guard failure == 0 else {
      throw FixtureError("cannot start \(command.joined(separator: " ")): \(String(cString: strerror(failure)))")
    }
    self.id = id
  }

  /// To be called once.
  ///
  /// - Returns: whether it ended with status 0.
  func waitForEnd() async -> Bool {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { [id] in
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        continuation.resume(returning: status == 0)
      }
    }
  }
}
