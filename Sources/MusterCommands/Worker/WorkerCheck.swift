import ArgumentParser
import Foundation
import MusterCore
import Settings
import Worker

/// `muster worker check`
struct WorkerCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Say by its exit status whether the worker of a ready file is ready.",
    discussion: """
      Ready: it is connected to its coordinator, takes tasks, and has written the file in the last \
      \(ReadinessCheck.patience.wholeMilliseconds / 1000) s. For probes: it reads that one file and asks nobody. It prints \
      nothing, or the reason in one sentence on standard error.
      """)

  @Option(
    help: ArgumentHelp("The file that 'muster worker run' was given. Default: MUSTER_READY_FILE.", valueName: "file"),
    completion: .file())
  var readyFile: String?

  @Flag(help: "It is enough that the worker runs; it may be leaving, or have no connection.")
  var alive = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let variable = CommandContext.current.environment["MUSTER_READY_FILE"] ?? ""
    guard let path = readyFile ?? (variable.isEmpty ? nil : variable) else {
      throw CommandError(
        .badArgument, "no ready file is named; name that of the worker with --ready-file FILE (MUSTER_READY_FILE)")
    }
    let file = FileHandle(forReadingAtPath: path)
    let record = try ReadinessCheck.read(
      try file.map { try $0.read(upToCount: ReadinessCheck.largest + 1) ?? Data() }, at: path)
    let lives = kill(record.process, 0) == 0 || errno == EPERM
    let check = ReadinessCheck(onlyAlive: alive)
    if let complaint = check.complaint(record, lives: lives, now: SystemTime().timestamp()) {
      throw WorkerError(.notReady, complaint, details: ["file": path, "state": record.state.rawValue])
    }
  }
}
