import CKeeper
import MusterCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Which stage of a run a sentence is about.
struct Stage: Sendable {
  private static let lineLimit = 200

  var number: Int
  var count: Int
  var program: KeeperProgram

  private var programName: String { program.argv.first ?? "" }
  /// `stage 2 of 2 (prove)`, or `the program 'prove'` if there is but one.
  var name: String { count == 1 ? "the program '\(programName)'" : "stage \(number) of \(count) ('\(programName)')" }

  func sentence(_ what: String, tail: [UInt8] = []) -> String {
    let said = Stage.lastLine(of: tail)
    return name.prefix(1).uppercased() + name.dropFirst() + " " + what + (said.isEmpty ? "." : "; it said: \(said)")
  }

  /// What the keeper's report says in the terms of a run, with the sentence for it.
  func meaning(of report: muster_report, _ request: ExecutorRequest, tail: [UInt8]) -> (ExecutorEnd, String) {
    if report.error != 0 && report.step != MUSTER_STEP_PROGRAM.rawValue {
      let trouble = SandboxTrouble(program: program, step: report.step, error: report.error)
      return (.unrunnable, trouble.sentence)
    }
    if report.error != 0 { return (.unrunnable, unstartable(report.error)) }
    switch report.cause {
    case MUSTER_CAUSE_STOPPED.rawValue:
      return (.cancelled, sentence("was cancelled"))
    case MUSTER_CAUSE_TIMEOUT.rawValue:
      let timeout = request.timeout?.seconds ?? 0
      return (
        .timedOut, sentence("was ended: the run took longer than its timeout of \(Stage.number(timeout)) s", tail: tail)
      )
    case MUSTER_CAUSE_MEMORY.rawValue:
      let used = Stage.mebibytes(report.memory)
      let limit = Stage.mebibytes(request.memoryLimit)
      return (.memoryExceeded, sentence("was ended: it used \(used) MiB of memory, and its limit is \(limit) MiB"))
    default:
      break
    }
    if report.signal != 0 {
      let hint = report.signal == SIGKILL ? ", as the kernel does when the machine has no memory left" : ""
      return (.signalled(report.signal), sentence("was ended by \(Stage.signalName(report.signal))\(hint)", tail: tail))
    }
    switch report.exit_code {
    case 0: return (.done(result: []), "")
    case 75: return (.retry, sentence("asked to be tried again (exit code 75)", tail: tail))
    default:
      return (.failed(exitCode: report.exit_code), sentence("exited with code \(report.exit_code)", tail: tail))
    }
  }

  private func unstartable(_ error: Int32) -> String {
    let isPath = programName.utf8.contains(UInt8(ascii: "/"))
    switch error {
    case ENOENT where !isPath, ENOTDIR where !isPath:
      return
        "Program '\(programName)' was found in no folder of PATH (\(program.searchPath)); install it, or give its path."
    case ENOENT, ENOTDIR:
      if access(programName, F_OK) == 0 && program.hides(programName) {
        return
          "Program '\(programName)' is not to be seen by an isolated kind, which has an own /tmp, an empty /run and no state directory; put it elsewhere."
      }
      if access(programName, F_OK) == 0 {
        return "Program '\(programName)' exists, but the interpreter or loader that it names does not."
      }
      return "Program '\(programName)' does not exist; check the path."
    case EACCES:
      return
        "Program '\(programName)' may not be executed by \(program.user.map { "user '\($0.name)'" } ?? "this user"); check the permissions of the file and its folders."
    case ENOEXEC:
      return
        "Program '\(programName)' is not in a form that this machine can execute; a script needs a first line like #!/bin/sh."
    default:
      return "Program '\(programName)' cannot be started: \(FileFailure.text(error))."
    }
  }

  /// The last line with anything on it, without control characters, cut to a length fit for a sentence.
  static func lastLine(of bytes: [UInt8]) -> String {
    let lines = String(decoding: bytes, as: UTF8.self).split { $0.isNewline }
    for line in lines.reversed() {
      let printable = line.unicodeScalars.filter { $0.value >= 32 && !(127...159).contains($0.value) }
      let text = String(String.UnicodeScalarView(printable)).drop { $0 == " " }
      if !text.isEmpty { return text.count > lineLimit ? text.prefix(lineLimit) + "…" : String(text) }
    }
    return ""
  }

  static func signalName(_ signal: Int32) -> String {
    let names: [Int32: String] = [
      SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGABRT: "SIGABRT", SIGBUS: "SIGBUS",
      SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV", SIGPIPE: "SIGPIPE", SIGTERM: "SIGTERM",
      SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ",
    ]
    return names[signal].map { "signal \(signal) (\($0))" } ?? "signal \(signal)"
  }

  private static func number(_ value: Double) -> String {
    let rounded = (value * 1000).rounded() / 1000
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }

  private static func mebibytes(_ bytes: UInt64) -> String { number((Double(bytes) / 1_048_576 * 10).rounded() / 10) }
}

extension ProgramEnd {
  static let closedMessage = "The host of the executors was closed."
}
