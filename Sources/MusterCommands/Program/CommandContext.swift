import Terminal

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What surrounds a command: where it prints and which variables it sees. Tests put their own in its place.
struct CommandContext: Sendable {
  var results: TerminalStream = .standardOutput
  var messages: TerminalStream = .standardError
  var environment: [String: String] = ProcessInfo.processInfo.environment
  /// Signals that ask a running command to stop.
  var interrupts: @Sendable () -> AsyncStream<Interrupt> = { Interrupt.ofThisProcess() }
  /// How to start this program again as the keeper of executors.
  var keeperCommand: [String] = ThisProgram.keeperCommand
  /// Ends the process at once.
  var quit: @Sendable (Int32) -> Void = { _exit($0) }
  /// Whether messages went to a terminal that is not there any more.
  func hasLostItsTerminal() -> Bool {
    messages === TerminalStream.standardError && messages.isTerminal && isatty(STDERR_FILENO) == 0
  }

  @TaskLocal static var current = CommandContext()
}
