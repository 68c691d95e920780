import ArgumentParser
import CoordinatorAPI
import MusterCore
import TaskModel
import Terminal

/// `muster login`
struct LoginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login", abstract: "Trade a token for a certificate of your own at a coordinator.",
    discussion: """
      The token says which coordinator is meant: it is shown to no other. The certificate and its key are kept under \
      ~/.config/muster; commands use them from then on, and renew them in time.
      """)

  @Argument(help: ArgumentHelp("The coordinator.", valueName: "host:port"))
  var address: String

  @OptionGroup var token: TokenSource

  @Option(help: ArgumentHelp("By what you are known there. Default: your user name.", valueName: "name"))
  var name: String?

  @Option(
    help: ArgumentHelp("Keep the certificate in this folder instead, for a program.", valueName: "dir"),
    completion: .directory)
  var into: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let name, TaskID(name) == nil { throw ValidationError("--name '\(name)' is not \(TaskID.rule).") }
  }

  func run() async throws {
    let environment = CommandContext.current.environment
    let address = try CoordinatorAddress(parsing: address)
    let token = try token.read()
    let logins = Logins(environment)
    let folder = into.map { IdentityFolder($0) } ?? logins.identity(for: address)
    let name = name ?? environment["USER"] ?? environment["LOGNAME"] ?? "user"
    let answer = try await Joining.join(
      at: address, tokenID: token.id, secret: token.secret, fingerprint: token.fingerprint, name: name,
      isWorker: false, into: folder)
    if into == nil { try logins.setCurrent(address) }
    try SubjectView.print(answer.subject, at: address, folder: folder.path, output.output)
  }
}
