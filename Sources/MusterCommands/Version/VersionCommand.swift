import ArgumentParser
import CoordinatorAPI
import Terminal

/// `muster version`
struct VersionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Print which Muster this is and which protocol versions it speaks.")

  @OptionGroup var output: OutputOptions

  private struct View: Encodable {
    var version = MusterBuild.version
    var build = VersionText.build
    var platform = VersionText.platform
    var protocolLowest = ProtocolVersions.own.lowest
    var protocolHighest = ProtocolVersions.own.highest

    enum CodingKeys: String, CodingKey {
      case version, build, platform
      case protocolLowest = "protocol_lowest"
      case protocolHighest = "protocol_highest"
    }
  }

  func run() async throws {
    if output.mode == .json {
      try output.output.render(View(), table: Table([]), ids: [])
    } else {
      try output.output.line(output.mode == .quiet ? MusterBuild.version : VersionText.line)
    }
  }
}
