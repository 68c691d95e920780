import ArgumentParser
import MusterCore
import TaskModel

/// `muster worker run`
struct WorkerRun: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Be a worker until told to stop.",
    discussion: """
      Ctrl-C (SIGINT) or SIGTERM drains: what runs is finished, what has not started is handed back. A second one ends \
      at once. With --client-config it serves an original prover-cluster coordinator instead.
      """)

  @OptionGroup var coordinator: CoordinatorOptions

  @Option(help: ArgumentHelp("Kinds to serve. Default: all of the configuration file.", valueName: "a,b"))
  var kinds: String?

  @Flag(help: "Run the coordinator's programs for kinds that this machine has none of its own for.")
  var acceptKinds = false

  @Option(help: ArgumentHelp("How many one-slot tasks run at once. Default: the cores.", valueName: "count"))
  var slots: Int?

  @Option(help: ArgumentHelp("Memory for tasks: 512MiB, 4GiB. Default: the machine's.", valueName: "size"))
  var memory: String?

  @Option(help: ArgumentHelp("GPUs for tasks. Default: none.", valueName: "count"))
  var gpus: Int?

  @Option(help: "The worker's name, unique at the coordinator. Default: the host's.")
  var name: String?

  @Option(
    help: ArgumentHelp("The directory in which the program keeps its state. Default: .muster.", valueName: "dir"),
    completion: .directory)
  var state: String?

  @Option(
    help: ArgumentHelp(
      "How long a worker that leaves waits for what it runs, before it hands that back. Default: 5m.", valueName: "time"
    ))
  var drainTimeout: String?

  @Option(
    help: ArgumentHelp(
      "A file in which to say whether the worker is ready, for 'muster worker check'. Default: none.",
      valueName: "file"), completion: .file())
  var readyFile: String?

  @Option(
    help: ArgumentHelp(
      "A file with a token with which to join first, if there is no certificate. Default: none.", valueName: "file"),
    completion: .file())
  var joinTokenFile: String?

  @Option(
    name: [.customShort("c"), .customLong("config")],
    help: ArgumentHelp("Configuration file. Default: muster.yaml if there is one.", valueName: "file"),
    completion: .file())
  var file: String?

  @Option(
    help: ArgumentHelp("A client.yaml of the prover cluster: serve its coordinator.", valueName: "file"),
    completion: .file())
  var clientConfig: String?

  @OptionGroup var log: LogOptions

  func validate() throws {
    if let slots, !(1...65_535).contains(slots) {
      throw ValidationError("--slots is \(slots); give a number from 1 to 65535.")
    }
    if let gpus, !(0...1024).contains(gpus) {
      throw ValidationError("--gpus is \(gpus); give a number from 0 to 1024.")
    }
    if let name, TaskID(name) == nil { throw ValidationError("--name '\(name)' is not \(TaskID.rule).") }
    for kind in kindNames { try Submit.check(kind: kind) }
    do {
      if let memory { _ = try ByteSizeText.parse(memory) }
    } catch {
      throw ValidationError(error.message)
    }
  }

  var kindNames: [String] { (kinds ?? "").split(separator: ",").map(String.init) }

  func run() async throws { try await WorkerStart(self).run() }
}
