import ArgumentParser
import MusterCore
import Provisioning
import Terminal

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `muster cluster status`
struct ClusterStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say how the machines, their services and nodes are, and how far from the plan.",
    discussion: """
      All machines side by side; nothing is changed on any. The exit status is 0 if every machine answers, runs its service, \
      is Ready, and has nothing to be done; else 1.
      """)

  @OptionGroup var cluster: ClusterOptions

  @Option(
    help: ArgumentHelp(
      "The folder of artifacts. Default: shared/bin, if it is there; without one, what comes out of it is not compared.",
      valueName: "folder"),
    completion: .directory)
  var bundle: String?

  @Flag(help: "Say what to be done would be for a cluster that was made with --taint-workers.")
  var taintWorkers = false

  @Flag(help: "Show all that is to be done, not only the beginning.")
  var all = false

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let output = output.output
    let selection = try cluster.selection(output)
    let artifacts = try artifacts(output)
    let status = try await ClusterConnection.with(cluster, selection.machines, reached: selection.reaches) {
      connection in
      try await connection.site.status(bundle: artifacts, taintsWorkers: taintWorkers, only: selection.only)
    }
    let history = RunHistory(in: StateFolders.of(CommandContext.current.environment).runs)
    let view = ClusterStatusView(status, history: history)
    try view.print(output, showsAll: all)
    guard status.isWell else { throw QuietExit(status: ExitStatus.failure) }
  }

  /// Nil: there is none, and none was named.
  private func artifacts(_ output: Output) throws -> ArtifactBundle? {
    let usual = ClusterBundleOptions.usual
    guard let folder = bundle ?? (FileManager.default.fileExists(atPath: usual) ? usual : nil) else { return nil }
    return try ClusterBundleOptions.read(folder, output)
  }
}
