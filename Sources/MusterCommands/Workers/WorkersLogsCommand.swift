import ArgumentParser
import Kubernetes
import Terminal
import WorkerDeployment

/// `muster workers logs`
struct WorkersLogsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Print what the workers write, each line with its pod's name.")

  @OptionGroup var workers: WorkersOptions
  @Flag(name: .shortAndLong, help: "Go on with what they write from now on, also those that come later.")
  var follow = false
  @Flag(help: "Of containers that were restarted: what they wrote before.") var previous = false
  @Option(help: ArgumentHelp("Of each pod only so many of the last lines. Default: all.", valueName: "count"))
  var tail: Int?
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let tail, tail < 0 { throw ValidationError("--tail is \(tail); give a number of lines.") }
    if follow, previous { throw ValidationError("--previous is about containers that have ended; leave out --follow.") }
  }

  func run() async throws {
    let place = try workers.place()
    let output = output.output
    let client = try workers.client()
    // A watch waits for a server that does not answer, and for rights; whoever reads wants to know.
    let observer = ClusterObserver(client: client, namespace: place.namespace)
    let rights = WorkersRights.needed(for: .logs, in: place.namespace, ClusterAbilities())
    try await observer.check(rights.filter { follow || $0.verb != "watch" })
    let logs = WorkersLogs(client, in: place.namespace)
    let print: @Sendable (LogLine) async throws -> Void = { line in
      try output.renderLine(View(line), text: "\(line.pod): \(line.text)", id: line.text)
    }
    if follow { return try await logs.follow(tailLines: tail, line: print) }
    for pod in try await logs.read(tailLines: tail, previous: previous, line: print) {
      output.warning("\(pod.pod) has no log: \(pod.text)")
    }
  }

  private struct View: Encodable {
    let pod: String
    let line: String

    init(_ line: LogLine) {
      pod = line.pod
      self.line = line.text
    }
  }
}
