import CKeeper
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A keeper process, the socket to it, and the one thread that reads all that comes: reports, logs, results.
///
/// Everything is driven by epoll; nothing polls. The thread ends when the keeper has ended.
final class KeeperConnection: Sendable {
  private struct State {
    var lastRun: UInt64 = 0
    var lastDirectory: UInt64 = 0
    var programs: [UInt64: RunningProgram] = [:]
    /// Messages that did not fit into the socket's buffer, in order.
    var outbox: [Outgoing] = []
    var isClosing = false
    var isGone = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  /// A message with the descriptors that travel with it.
  private struct Outgoing {
    /// Of the program that it starts; 0 for other messages.
    var run: UInt64 = 0
    var bytes: [UInt8]
    var descriptors: [Int32]

    /// The first descriptor is the program's stdin; the others are of its pipes, which ``RunningProgram`` closes.
    func closeInput() {
      if let input = descriptors.first { closeDescriptor(input) }
    }
  }

  private static let socketKey: UInt64 = 0
  private static let bufferSize = 64 << 10

  /// Where task directories are made; removed by the keeper at its end.
  let directory: String
  let identity: String
  let process: pid_t
  private let socket: Int32
  private let poller: Int32
  private let state = Mutex(State())

  /// - Throws: ``ExecutorError``.
  init(command: [String], workRoot: String) throws(ExecutorError) {
    let directory = try HostDirectory(in: workRoot)
    self.directory = directory.path
    identity = directory.identity
    var ends: [Int32] = [-1, -1]
    poller = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard poller >= 0, socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      let number = errno
      if poller >= 0 { closeDescriptor(poller) }
      rmdir(directory.path)
      throw KeeperConnection.unusable(command, number)
    }
    socket = ends[0]
    let theirs = Descriptor(ends[1])
    let argv = command + ["3", directory.path, HostDirectory.mark(identity)]
    var process: pid_t = 0
    let error = withArgv(argv) { muster_keeper_start($0, theirs.number, directory.lock.number, &process) }
    self.process = process
    guard error == 0 else {
      closeDescriptor(socket)
      closeDescriptor(poller)
      rmdir(directory.path)
      throw KeeperConnection.unusable(command, error)
    }
    watch(socket, Self.socketKey, EPOLLIN.rawValue)
    let failure = startThread { self.loop() }
    guard failure == 0 else {
      // The keeper ends with the socket and removes its directory; nobody else would reap it.
      closeDescriptor(socket)
      closeDescriptor(poller)
      waitpid(process, nil, 0)
      throw KeeperConnection.unusable(command, failure)
    }
  }

  /// A path for the directory of another run.
  func nextDirectory() -> String {
    let number = state.withLock { state in
      state.lastDirectory += 1
      return state.lastDirectory
    }
    return "\(directory)/\(number)"
  }

  /// True once the keeper has ended, for whatever reason.
  var isGone: Bool { state.withLock { $0.isGone } }

  /// Runs a program to its end; cancelling the task stops it.
  ///
  /// - Parameters:
  ///   - message: of ``KeeperProgram/message()``.
  ///   - stdin: is closed.
  ///   - captureLimit: how much of stdout is kept, in bytes; nil: stdout goes to the log.
  func run(
    _ message: [UInt8], stdin: consuming Descriptor, captureLimit: Int?,
    log deliver: @escaping @Sendable ([UInt8]) -> Void
  ) async throws(FileFailure) -> ProgramEnd {
    let log = try Pipe()
    let stdout: Pipe?
    do throws(FileFailure) {
      stdout = captureLimit == nil ? nil : try Pipe()
    } catch {
      log.close()
      throw error
    }
    let outgoing = Outgoing(bytes: message, descriptors: [stdin.release(), (stdout ?? log).writing, log.writing])
    let number = RunNumber()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let program = RunningProgram(
          log: log, stdout: stdout, captureLimit: captureLimit ?? 0, deliver: deliver, continuation: continuation)
        let run = start(program, outgoing)
        number.value.withLock { $0 = run }
        // A cancellation that came before the number was there has found nothing to stop.
        if Task.isCancelled { stop(run) }
      }
    } onCancel: {
      stop(number.value.withLock { $0 })
    }
  }

  /// Ends every program at once, and the keeper; returns when it is gone and its directory removed.
  func close() async {
    await withCheckedContinuation { continuation in
      let isGone = state.withLock { state in
        if state.isGone { return true }
        state.waiters.append(continuation)
        hangUp(&state)
        return false
      }
      if isGone { continuation.resume() }
    }
  }

  /// The same without waiting.
  func abandon() {
    state.withLock { if !$0.isGone { hangUp(&$0) } }
  }

  private func hangUp(_ state: inout State) {
    state.isClosing = true
    // The keeper reads the end of the socket; its own end comes back to our thread, which then ends too.
    shutdown(socket, Int32(SHUT_WR))
  }

  // MARK: Sending

  /// Returns the run's number, or 0 if it has ended at once.
  private func start(_ program: RunningProgram, _ outgoing: Outgoing) -> UInt64 {
    let (run, failure): (UInt64, ProgramEnd.Way?) = state.withLock { state in
      if state.isGone || state.isClosing {
        outgoing.closeInput()
        return (0, state.isClosing ? .hostClosed : .keeperLost)
      }
      state.lastRun += 1
      let run = state.lastRun
      var outgoing = outgoing
      outgoing.run = run
      KeeperProgram.number(&outgoing.bytes, run)
      state.programs[run] = program
      // Watched before it is sent: once it is, its descriptors may be closed at any moment.
      watch(program.log.reading, run << 1, EPOLLIN.rawValue)
      if let stdout = program.stdout { watch(stdout.reading, run << 1 | 1, EPOLLIN.rawValue) }
      send(outgoing, &state)
      return (run, nil)
    }
    if let failure {
      withBuffer(4096) { program.end(failure, $0) }
    }
    return run
  }

  private func stop(_ run: UInt64) {
    guard run != 0 else { return }
    state.withLock { state in
      guard state.programs[run] != nil, !state.isGone else { return }
      send(Outgoing(bytes: KeeperProgram.stopMessage(run: run), descriptors: []), &state)
    }
  }

  /// Sends now, or when the socket has room; a keeper that is gone shows at the socket's other side.
  private func send(_ outgoing: Outgoing, _ state: inout State) {
    state.outbox.append(outgoing)
    if state.outbox.count == 1 && !flush(&state) {
      watch(socket, Self.socketKey, EPOLLIN.rawValue | EPOLLOUT.rawValue, EPOLL_CTL_MOD)
    }
  }

  /// Returns false if messages are left.
  private func flush(_ state: inout State) -> Bool {
    while let next = state.outbox.first {
      let error = muster_send(socket, next.bytes, next.bytes.count, next.descriptors, Int32(next.descriptors.count))
      if error == EAGAIN { return false }
      if error != 0 && error != EPIPE, let program = state.programs.removeValue(forKey: next.run) {
        // As when too many descriptors are on their way. Nothing was started, so nothing is in the pipes: the thread has
        // no cause to touch the program now.
        var report = muster_report()
        report.run = next.run
        report.error = error
        withBuffer(4096) { program.end(.reported(report), $0) }
      }
      next.closeInput()
      state.outbox.removeFirst()
    }
    return true
  }

  private func watch(_ descriptor: Int32, _ key: UInt64, _ events: UInt32, _ operation: Int32 = EPOLL_CTL_ADD) {
    var event = epoll_event(events: events, data: epoll_data_t(u64: key))
    epoll_ctl(poller, operation, descriptor, &event)
  }

  // MARK: The thread

  private func loop() {
    withBuffer(Self.bufferSize) { buffer in
      var events = [epoll_event](repeating: epoll_event(), count: 64)
      var isOpen = true
      while isOpen {
        let count = epoll_wait(poller, &events, Int32(events.count), -1)
        // One portion each a turn: a program that writes a lot takes turns with the others.
        for event in events.prefix(max(Int(count), 0)) {
          let key = event.data.u64
          if key == Self.socketKey {
            isOpen = serveSocket(event.events, buffer)
          } else if let program = state.withLock({ $0.programs[key >> 1] }) {
            _ = key & 1 == 0 ? program.readLog(buffer) : program.readStdout(buffer)
          }
        }
      }
      finish(buffer)
    }
  }

  /// Returns false when the keeper is gone.
  private func serveSocket(_ events: UInt32, _ buffer: UnsafeMutableRawBufferPointer) -> Bool {
    if events & EPOLLOUT.rawValue != 0 {
      state.withLock { state in
        if flush(&state) { watch(socket, Self.socketKey, EPOLLIN.rawValue, EPOLL_CTL_MOD) }
      }
    }
    while true {
      var report = muster_report()
      let count = recv(socket, &report, MemoryLayout<muster_report>.size, Int32(MSG_DONTWAIT))
      if count == MemoryLayout<muster_report>.size {
        let program = state.withLock { $0.programs.removeValue(forKey: report.run) }
        program?.end(.reported(report), buffer)
      } else if count < 0 && errno == EINTR {
        continue
      } else {
        return count < 0 && errno == EAGAIN
      }
    }
  }

  private func finish(_ buffer: UnsafeMutableRawBufferPointer) {
    var status: Int32 = -1
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    if status != 0 {
      // It did not end as it should, so it has left its programs and its directory behind.
      _ = muster_kill_marked(HostDirectory.mark(identity), 2000)
      _ = muster_remove_tree(AT_FDCWD, directory)
    }
    let (programs, waiters, way) = state.withLock { state in
      state.isGone = true
      for outgoing in state.outbox { outgoing.closeInput() }
      closeDescriptor(socket)
      closeDescriptor(poller)
      defer {
        state.outbox = []
        state.programs = [:]
        state.waiters = []
      }
      return (state.programs, state.waiters, state.isClosing ? ProgramEnd.Way.hostClosed : .keeperLost)
    }
    for program in programs.values { program.end(way, buffer) }
    for waiter in waiters { waiter.resume() }
  }

  private static func unusable(_ command: [String], _ number: Int32) -> ExecutorError {
    ExecutorError(
      .keeperUnusable,
      "The keeper '\(command.joined(separator: " "))' cannot be started (\(FileFailure.text(number))).",
      details: ["command": command.joined(separator: " "), "errno": String(number)])
  }
}

/// The number of a run, for a cancellation that may come before there is one.
private final class RunNumber: Sendable {
  let value = Mutex<UInt64>(0)
}
