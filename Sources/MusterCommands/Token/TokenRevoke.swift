import ArgumentParser
import CoordinatorAPI
import MusterCore
import Terminal

/// `muster token revoke`
struct TokenRevoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Let nobody use a token any more.",
    discussion:
      "Certificates that it was traded for stay good: see 'muster worker revoke' and 'muster identity revoke'.")

  @Argument(help: "The token's id, as in the list; not the token.") var id: String
  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    // Whoever gives the token itself has it in his shell's history now; it is revoked all the same.
    let id = id.hasPrefix("mst_") ? String(id.dropFirst(4).prefix(10)) : id
    let token = try await coordinator.trusted { trust, _ in try await trust.revokeToken(.with { $0.id = id }) }
    let now = SystemTime().timestamp()
    try output.output.render(
      TokenView(token, now: now), table: TokenView.table([token], now: now), ids: [token.id])
  }
}
