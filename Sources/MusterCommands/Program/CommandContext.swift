import Terminal

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What surrounds a command: where it prints and which variables it sees. Tests put their own in its place.
struct CommandContext: Sendable {
  var results: TerminalStream = .standardOutput
  var messages: TerminalStream = .standardError
  var environment: [String: String] = ProcessInfo.processInfo.environment
  /// Signals that ask a running command to stop.
  var interrupts: @Sendable () -> AsyncStream<Interrupt> = { Interrupt.ofThisProcess() }

  @TaskLocal static var current = CommandContext()
}
