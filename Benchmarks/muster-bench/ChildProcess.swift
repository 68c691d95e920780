import Foundation

/// A program that this one started, and that ends with it, however this one ends.
///
/// Not Foundation's `Process`: with some 1,360 open files, of which 2,000 workers have more, its `run` reads past the end of
/// the list of this process's descriptors and may crash (swift-corelibs-foundation pull request 5472).
final class ChildProcess {
  let identifier: pid_t
  /// What ends the child if this process dies, by the end of the pipe that it reads; see ``guardScript``.
  private let keeper: pid_t
  /// Our end of that pipe; -1 once the child was ended.
  private var lifeline: Int32
  private var status: Int32?

  /// Reads one byte from stdin. If the pipe ends without it, this program's parent is dead: ends the child ($1), removes its
  /// folder ($2). It lets pass the signals that a terminal sends to all, since it must outlive who was to send the byte.
  private static let guardScript = """
    trap '' INT TERM HUP; [ -n "$(head -c 1)" ] && exit; kill -9 "$1"; [ -z "$2" ] || rm -rf -- "$2"
    """

  /// - Parameters:
  ///   - program: its path.
  ///   - folder: removed if this process dies before the child was stopped.
  init(_ program: String, _ arguments: [String], removing folder: String? = nil) throws {
    identifier = try Self.spawn([program] + arguments, stdin: nil)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw BenchError("no pipe: \(String(cString: strerror(errno)))") }
    // A later child that held the writing end would keep it open after our death.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    lifeline = ends[1]
    keeper = try Self.spawn(
      ["/bin/sh", "-c", Self.guardScript, "guard", "\(identifier)", folder ?? ""], stdin: ends[0])
  }

  private static func spawn(_ command: [String], stdin: Int32?) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let stdin {
      posix_spawn_file_actions_adddup2(&actions, stdin, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    var child: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    let error = posix_spawn(&child, command[0], &actions, nil, &arguments, environ)
    guard error == 0 else { throw BenchError("cannot start \(command[0]): \(String(cString: strerror(error)))") }
    return child
  }

  /// Whether it has not ended by itself.
  var isRunning: Bool {
    if status == nil {
      var value: Int32 = 0
      if waitpid(identifier, &value, WNOHANG) == identifier { status = value }
    }
    return status == nil
  }

  /// Resident bytes, as the kernel counts them.
  var resident: Int {
    let status = (try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return (Int(line.split(separator: " ").dropFirst().first ?? "0") ?? 0) * 1024
  }

  /// Ends it with a signal and waits for that; after ten seconds, with SIGKILL. Does nothing a second time.
  func end(with signal: Int32) {
    guard lifeline >= 0 else { return }
    if isRunning { kill(identifier, signal) }
    let begin = ContinuousClock.now
    while isRunning {
      if ContinuousClock.now - begin > .seconds(10) { kill(identifier, SIGKILL) }
      usleep(1000)
    }
    var byte: UInt8 = 0x2e
    write(lifeline, &byte, 1)
    close(lifeline)
    lifeline = -1
    waitpid(keeper, nil, 0)
  }
}
