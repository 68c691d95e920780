import ArgumentParser
import CoordinatorAPI
import MusterCore
import Terminal

/// `muster token list`
struct TokenList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the tokens, without their secrets.")

  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let tokens = try await coordinator.trusted { trust, _ in try await trust.listTokens(.init()).tokens }
    let now = SystemTime().timestamp()
    try output.output.render(
      tokens.map { TokenView($0, now: now) }, table: TokenView.table(tokens, now: now), ids: tokens.map(\.id))
  }
}
