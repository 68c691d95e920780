import ArgumentParser
import CoordinatorAPI
import MusterCore
import Settings
import TaskModel
import Terminal
import Worker

/// `muster worker join`
struct WorkerJoin: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "join", abstract: "Trade a token for this worker's certificate.",
    discussion: """
      The token says which coordinator is meant: it is shown to no other. 'muster worker run' uses the certificate from \
      then on, and renews it in time. Safe to repeat: the same machine uses a token up once.
      """)

  @Argument(help: ArgumentHelp("The coordinator.", valueName: "host:port"))
  var address: String

  @OptionGroup var token: TokenSource

  @Option(help: "The worker's name, unique at the coordinator. Default: the host's.")
  var name: String?

  @Option(
    help: ArgumentHelp("The directory in which the worker keeps its state. Default: .muster.", valueName: "dir"),
    completion: .directory)
  var state: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let name, TaskID(name) == nil { throw ValidationError("--name '\(name)' is not \(TaskID.rule).") }
  }

  func run() async throws {
    let address = try CoordinatorAddress(parsing: address)
    let token = try token.read()
    var flags: [String: String] = [:]
    flags["state"] = state
    let input = SettingsInput.ofProcess(flags: flags, environment: CommandContext.current.environment, cores: 1)
    let folder = IdentityFolder(try WorkerSettings.identityFolder(input))
    // A worker that joined before keeps its name.
    let name = try name ?? folder.facts()?.name ?? WorkerConfiguration.defaultName()
    let answer = try await Joining.join(
      at: address, tokenID: token.id, secret: token.secret, fingerprint: token.fingerprint, name: name,
      isWorker: true, into: folder)
    let state = state.map { " --state \($0)" } ?? ""
    try SubjectView.print(
      answer.subject, at: address, folder: folder.path, more: [("next", Cell("muster worker run\(state)"))],
      output.output)
  }
}
