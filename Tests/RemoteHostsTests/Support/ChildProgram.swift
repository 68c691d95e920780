import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A program that ends, with its children, when this object or this process does.
///
/// Foundation's `Process` does not do for a daemon: sshd closes every descriptor that it does not know, Foundation takes
/// that for its end, waits for it for ever, and notices the end of no other program any more.
final class ChildProgram: Sendable {
  private let process: pid_t
  /// The end of a pipe at whose other end a shell waits for this one to be closed.
  private let leash: Mutex<Int32?>

  /// - Parameter log: the file that gets what it writes.
  init?(_ words: [String], log: String) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
    let keeper = #""$@" & cat >/dev/null; pkill -KILL -P $!; kill -KILL $!"#
    let started = Self.spawn(["/bin/sh", "-c", keeper, "sh"] + words, input: ends[0], log: log)
    close(ends[0])
    leash = Mutex(ends[1])
    guard let started else {
      close(ends[1])
      return nil
    }
    process = started
  }

  deinit { end() }

  /// Returns when it has ended.
  func end() {
    guard let leash = leash.withLock({ $0.take() }) else { return }
    close(leash)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }

  /// Runs a program to its end.
  ///
  /// - Returns: whether it was content.
  static func run(_ words: [String]) -> Bool {
    guard let process = spawn(words, input: nil, log: "/dev/null") else { return false }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 { guard errno == EINTR else { return false } }
    return status == 0
  }

  private static func spawn(_ words: [String], input: Int32?, log: String) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    if let input { posix_spawn_file_actions_addclose(&actions, input) }
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    guard posix_spawn(&process, words[0], &actions, nil, &arguments, environ) == 0 else { return nil }
    return process
  }
}
