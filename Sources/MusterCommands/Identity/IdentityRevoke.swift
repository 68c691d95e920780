import ArgumentParser
import CoordinatorAPI
import Terminal

/// `muster identity revoke`
struct IdentityRevoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Take back every certificate of a person or program, at once.",
    discussion: "For workers: muster worker revoke.")

  @Argument(help: "The name, as in 'muster identity list'.") var name: String
  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws { try await Self.revoke(name, isWorker: false, coordinator, output.output) }

  static func revoke(
    _ name: String, isWorker: Bool, _ coordinator: CoordinatorOptions, _ output: Output
  ) async throws {
    let answer = try await coordinator.trusted { trust, _ in
      try await trust.revokeSubject(
        .with {
          $0.name = name
          $0.worker = isWorker
        })
    }
    var table = Table([Column("", shrinks: false)])
    let cut = answer.connectionsCut == 1 ? "1 connection was cut" : "\(answer.connectionsCut) connections were cut"
    table.add([Cell("revoked \(isWorker ? "worker" : "user") '\(name)'; \(cut)")])
    try output.render(
      View(name: name, known: answer.known, connections_cut: answer.connectionsCut), table: table, ids: [name])
    if answer.hasLiveToken {
      output.warning(
        "token \(answer.liveToken.id), with which it joined, can still be used by whoever has it: muster token revoke \(answer.liveToken.id)"
      )
    }
    if !answer.known {
      output.warning(
        "nobody had joined as '\(name)'; a certificate of that name by another authority is refused from now on")
    }
  }

  private struct View: Encodable {
    let name: String
    let known: Bool
    let connections_cut: UInt32
  }
}
