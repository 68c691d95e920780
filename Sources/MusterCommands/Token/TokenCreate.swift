import ArgumentParser
import CoordinatorAPI
import MusterCore
import TaskModel
import Terminal
import Trust

extension Role: ExpressibleByArgument {}

/// `muster token create`
struct TokenCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a token that lets somebody in.",
    discussion: """
      Prints the token, and nothing else, on standard output. Whoever has it can trade it for a certificate until it ends: \
      hand it on as you would a password. Roles: worker; submit (tasks of one's own namespace); read; admin.
      """)

  @Option(help: "What its bearer may do: worker, submit, read or admin.")
  var role: Role = .worker

  @Option(help: ArgumentHelp("How long it can be traded.", valueName: "time"))
  var ttl: String = "1h"

  @Option(help: ArgumentHelp("How many may trade it.", valueName: "count"))
  var uses: Int = 1

  @Option(help: ArgumentHelp("The only kinds that they may serve, or hand in. Default: any.", valueName: "a,b"))
  var kinds: String?

  @Option(help: ArgumentHelp("Whose tasks a submitter's are. Default: each one's own.", valueName: "name"))
  var namespace: String?

  @Flag(help: "For requests over HTTP: the token is shown itself each time, and cannot be traded.")
  var bearer = false

  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    do {
      _ = try DurationText.parse(ttl)
    } catch {
      throw ValidationError("--ttl: \(error.message)")
    }
    if !(1...TrustBook.mostUses).contains(uses) {
      throw ValidationError("--uses is \(uses); give a number from 1 to \(TrustBook.mostUses).")
    }
    if let namespace, TaskID(namespace) == nil {
      throw ValidationError("--namespace '\(namespace)' is not \(TaskID.rule).")
    }
    for kind in kindNames { try Submit.check(kind: kind) }
  }

  private var kindNames: [String] { (kinds ?? "").split(separator: ",").map(String.init) }

  func run() async throws {
    let request = Muster_V1_CreateTokenRequest.with {
      $0.role = role.rawValue
      $0.namespace = namespace ?? ""
      $0.kinds = kindNames
      $0.lifetimeMilliseconds = UInt64(max((try? DurationText.parse(ttl))?.wholeMilliseconds ?? 0, 0))
      $0.uses = UInt32(clamping: uses)
      $0.bearer = bearer
    }
    let (made, address) = try await coordinator.trusted { trust, address in
      (try await trust.createToken(request), address)
    }
    let output = output.output
    if output.mode == .json { return try output.render(View(made), table: Table([]), ids: []) }
    // To standard error, so that TOKEN=$(muster token create …) is the token alone.
    let times = uses == 1 ? "once" : "\(uses) times"
    let until = TimeWords.utc(Timestamp(milliseconds: made.token.expiresUnixMs))
    output.note(
      bearer
        ? "token \(made.token.id), role \(role.rawValue), until \(until); send it as 'Authorization: Bearer TOKEN'"
        : "token \(made.token.id), role \(role.rawValue), good \(times) until \(until); use it with: muster \(role == .worker ? "worker join" : "login") --token-file - \(address)"
    )
    try output.line(made.text)
  }

  private struct View: Encodable {
    let token: String
    let id: String
    let role: String
    let expires_unix_ms: Int64
    let uses: UInt32

    init(_ made: Muster_V1_CreatedToken) {
      token = made.text
      id = made.token.id
      role = made.token.role
      expires_unix_ms = made.token.expiresUnixMs
      uses = made.token.uses
    }
  }
}
