import ArgumentParser
import CoordinatorAPI
import MusterCore
import Terminal

/// `muster whoami`
struct WhoAmI: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whoami", abstract: "Say as whom a coordinator knows you.")

  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let (found, address) = try await coordinator.trusted { trust, address in
      (try await trust.whoAmI(.init()), address)
    }
    let connections = try CoordinatorConnections(coordinator: try coordinator.given, identity: coordinator.identity)
    var subject = found
    let folder = connections.folder(for: address)
    if let expires = try folder?.renewal(at: SystemTime().timestamp())?.expires {
      subject.expiresUnixMs = expires.milliseconds
    }
    try SubjectView.print(subject, at: address, folder: folder?.path ?? "", output.output)
  }
}
