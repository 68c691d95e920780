import ArgumentParser
import MusterCore
import Settings
import Terminal

/// The program from its arguments to its exit status.
public enum Program {
  /// Parses `arguments` (without the program's name), runs the command, and prints what went wrong if anything did.
  ///
  /// - Returns: the exit status; see ``ExitStatus``.
  public static func run(_ arguments: [String]) async -> Int32 {
    TerminalStream.ignoreBrokenPipes()
    // A dump of this process's memory would hold its keys. Programs of tasks have none either (docs/executors.md).
    CoreDumps.turnOff()
    let context = CommandContext.current
    do {
      var command = try Muster.parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return ExitStatus.success
    } catch {
      let output = Output(mode: wantedMode(arguments), results: context.results, messages: context.messages)
      return report(error, output)
    }
  }

  private static func report(_ error: any Error, _ output: Output) -> Int32 {
    switch error {
    case let quiet as QuietExit:
      return quiet.status
    case let coded as any CodedError:
      // Whatever said it: a password of the database must not come out here.
      output.failure(
        code: coded.codeName, message: Redaction.message(coded.description),
        details: coded.details.mapValues(Redaction.message))
      return ExitStatus.failure
    case let terminal as TerminalError:
      // The reader has gone, for example `| head`: there is nobody to tell, and nothing went wrong here.
      if terminal.code == .brokenPipe { return ExitStatus.failure }
      output.failure(code: terminal.code.text, message: terminal.message)
      return ExitStatus.failure
    case is CancellationError:
      return ExitStatus.detached
    default:
      return reportParsing(error, output)
    }
  }

  /// Help, versions and completion scripts are answers; what else the parser throws is a mistake in the command line.
  private static func reportParsing(_ error: any Error, _ output: Output) -> Int32 {
    let code = Muster.exitCode(for: error)
    if code.isSuccess {
      let text = Muster.fullMessage(for: error)
      if !text.isEmpty { try? output.results.write(text + "\n") }
      return ExitStatus.success
    }
    guard code == .validationFailure else {
      output.failure(code: "internal_error", message: Muster.message(for: error))
      return ExitStatus.failure
    }
    output.failure(code: "usage", message: Redaction.message(oneLine(error)))
    return ExitStatus.usage
  }

  /// The mistake and where to read on, without the parser's pages of usage between them.
  private static func oneLine(_ error: any Error) -> String {
    let message = Muster.message(for: error)
    let hint = Muster.fullMessage(for: error).split(separator: "\n").last { $0.contains("--help'") } ?? ""
    let help = hint.split(separator: "'").dropFirst().first.map { " (see '\($0)')" } ?? ""
    return message.split(separator: "\n").joined(separator: " ") + help
  }

  /// The output mode that the arguments ask for, also when they cannot be parsed. In `muster run`, `--output` is a file.
  private static func wantedMode(_ arguments: [String]) -> OutputMode {
    if arguments.first == "run" { return .table }
    for (index, argument) in arguments.enumerated() {
      if argument == "--output", index + 1 < arguments.count {
        return OutputMode(rawValue: arguments[index + 1]) ?? .table
      }
      if argument.hasPrefix("--output=") { return OutputMode(rawValue: String(argument.dropFirst(9))) ?? .table }
    }
    return .table
  }
}
