import Dispatch
import MusterCore
import Subprocess
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A running program whose two streams are read as they come, and which can be written to.
///
/// Whoever waits for something (a greeting, a script's end) puts a listener in and is woken whenever that has heard more.
final class Connection: Sendable {
  enum Listener: Sendable {
    case none
    case greeting(Greeting)
    case exchange(Exchange)
  }

  enum Ending: Sendable, Hashable {
    case exited(Int)
    case signalled(Int)
    /// It could not be started.
    case notStarted(String)
  }

  struct State {
    var listener = Listener.none
    var ending: Ending?
    var isExpired = false
    var isBrokenOff = false
  }

  private let state = Mutex(State())
  private let bell = Bell()
  private let gone = Bell()
  private let endBell = Bell()
  private let ends: Descriptors
  private let writing = DispatchQueue(label: "remote-hosts.write")

  /// Starts the program, in a session of its own: Ctrl-C in the terminal is for this program to answer, not for it.
  init(program: Executable, arguments: [String], environment: [String: String], listener: Listener)
    throws(RemoteHostError)
  {
    ends = try Descriptors()
    state.withLock { $0.listener = listener }
    let reader: StreamReader
    do throws(RemoteHostError) {
      reader = try StreamReader(
        [.init(descriptor: ends.output.mine, stream: .output), .init(descriptor: ends.errors.mine, stream: .errors)],
        hear: { self.hear($0, $1) }, ended: { _ in self.endBell.ring() })
    } catch {
      ends.closeAll()
      throw error
    }
    var variables: [Environment.Key: String] = [:]
    for (name, value) in environment {
      if let key = Environment.Key(rawValue: name) { variables[key] = value }
    }
    var options = PlatformOptions()
    options.createSession = true
    let configuration = Configuration(
      executable: program, arguments: Arguments(arguments), environment: .custom(variables), platformOptions: options)
    // Never cancelled: a cancellation that meets swift-subprocess while it starts a program ends this process.
    Task { await self.carry(configuration, reader) }
  }

  private func carry(_ configuration: Configuration, _ reader: StreamReader) async {
    let ending: Ending
    do {
      let result = try await Subprocess.run(
        configuration, input: .fileDescriptor(.init(rawValue: ends.input.its), closeAfterSpawningProcess: true),
        output: .fileDescriptor(.init(rawValue: ends.output.its), closeAfterSpawningProcess: true),
        error: .fileDescriptor(.init(rawValue: ends.errors.its), closeAfterSpawningProcess: true)
      ) { execution in
        await endBell.wait()
        // A sudo that cannot be killed ends when what it runs finds nobody to write to.
        let deaf = Task {
          try await Task.sleep(for: .seconds(7))
          await reader.finish()
        }
        // Time to end by itself, for its last words; then it is asked, then made to.
        await execution.teardown(using: [
          .send(signal: Signal(rawValue: 0), toProcessGroup: true, allowedDurationToNextStep: .seconds(4)),
          .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(2)),
        ])
        deaf.cancel()
        _ = await deaf.result
      }
      switch result.terminationStatus {
      case .exited(let status): ending = .exited(Int(status))
      case .signaled(let signal): ending = .signalled(Int(signal))
      }
    } catch let error as SubprocessError where error.code == .executableNotFound {
      ending = .notStarted("there is no such program on the PATH; install openssh-client")
    } catch {
      ending = .notStarted("\(error)")
    }
    // Ends a write that the program does not read any more.
    shutdown(ends.input.mine, Int32(SHUT_RDWR))
    // What it wrote last may not have been read yet; what its children still write nobody waits for.
    await reader.finish()
    state.withLock { $0.ending = ending }
    bell.ring()
    gone.ring()
    // Only now: whoever breaks off until then shuts this descriptor down, which must not be another's by then.
    writing.async { close(self.ends.input.mine) }
  }

  // MARK: Listening

  /// Puts another listener in.
  func listen(_ listener: Listener) {
    state.withLock { state in
      state.listener = listener
      // Of the one before.
      state.isExpired = false
    }
  }

  /// Looks at the state, and waits until `judge` makes something of it. Cancelling wakes it, too.
  func wait<Value: Sendable>(_ judge: (inout State) -> Value?) async -> Value? {
    while true {
      if let value = state.withLock({ judge(&$0) }) { return value }
      if Task.isCancelled { return nil }
      await bell.wait()
    }
  }

  func look<Value: Sendable>(_ judge: (inout State) -> Value) -> Value { state.withLock { judge(&$0) } }

  /// Wakes who waits, because its time is over.
  func expire() {
    state.withLock { $0.isExpired = true }
    bell.ring()
  }

  // MARK: Writing and ending

  /// Writes all of it, however long the other side takes.
  ///
  /// - Returns: false if the program has gone or the connection was broken off.
  @discardableResult
  func send(_ bytes: [UInt8]) async -> Bool {
    await withCheckedContinuation { continuation in
      writing.async { continuation.resume(returning: self.write(bytes)) }
    }
  }

  private func write(_ bytes: [UInt8]) -> Bool {
    guard state.withLock({ $0.ending == nil && !$0.isBrokenOff }) else { return false }
    #if canImport(Glibc)
      let flags = Int32(MSG_NOSIGNAL)
    #else
      let flags: Int32 = 0
    #endif
    return bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let count = systemSend(ends.input.mine, UnsafeRawBufferPointer(rebasing: rest), flags)
        if count < 0 {
          guard errno == EINTR else { return false }
        } else {
          rest = rest.dropFirst(count)
        }
      }
      return true
    }
  }

  /// Ends the program's input: the machine ends what runs there, and the program. Whatever is being sent stops.
  func breakOff() {
    let isFirst = state.withLock { state in
      defer { state.isBrokenOff = true }
      guard !state.isBrokenOff, state.ending == nil else { return false }
      shutdown(ends.input.mine, Int32(SHUT_WR))
      return true
    }
    if isFirst { endBell.ring() }
  }

  /// Returns when the program has ended, in seconds at most after ``breakOff()``. For one who waits.
  func waitUntilGone() async {
    while state.withLock({ $0.ending == nil }) { await Task { await gone.wait() }.value }
  }

  // MARK: Reading

  private func hear(_ piece: ArraySlice<UInt8>, _ stream: RemoteStream) {
    state.withLock { state in
      switch state.listener {
      case .none: break
      case .greeting(var greeting):
        state.listener = .none
        greeting.receive(piece, on: stream)
        state.listener = .greeting(greeting)
      case .exchange(var exchange):
        // Held once only, or each piece would copy all that came before.
        state.listener = .none
        exchange.receive(piece, on: stream)
        state.listener = .exchange(exchange)
      }
    }
    bell.ring()
  }
}

// The name is also that of a method above.
private func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ flags: Int32) -> Int {
  send(descriptor, bytes.baseAddress, bytes.count, flags)
}
