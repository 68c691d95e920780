import ArgumentParser
import Inventory
import MusterCore
import Provisioning
import Terminal

/// `muster cluster check`
struct ClusterCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Look whether the machines can become a cluster, and say all that is in the way.",
    discussion: """
      All machines side by side; nothing is changed on any. The exit status is 1 if there is a problem; a warning is none.
      """)

  @OptionGroup var cluster: ClusterOptions

  @Option(
    help: ArgumentHelp("The folder of artifacts. Default: shared/bin, if it is there.", valueName: "folder"),
    completion: .directory)
  var bundle: String?

  @Flag(help: "Only warn of operating systems that are not supported.")
  var force = false

  @Flag(help: "Do not try the ports between the machines.")
  var skipPorts = false

  @Flag(help: "Show what is well, too.")
  var all = false

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let output = output.output
    let selection = try cluster.selection(output)
    let artifacts = try artifacts(output)
    let checks = try await ClusterConnection.with(
      cluster, selection.machines, reached: { selection.contains($0.name) || selection.reaches($0) },
      options: CheckOptions(isForced: force)
    ) { connection in
      try await Inspection(connection.site).run(
        connection.site.ask(), provisioner: connection.own, bundle: artifacts, triesPorts: !skipPorts)
    }
    // Whether the cluster as a whole can be is for all servers to say, also if only some machines are looked at.
    let view = CheckView(
      checks: CheckTable(subjects: checks.subjects.filter(selection.isAbout), results: checks.results), showsAll: all)
    try output.render(view.lines, table: view.table, ids: view.ids)
    output.note(view.summary)
    guard view.checks.problems.isEmpty else { throw QuietExit(status: ExitStatus.failure) }
  }

  private func artifacts(_ output: Output) throws -> ArtifactBundle? {
    if let bundle { return try ClusterBundleOptions.look(at: bundle) }
    let usual = ClusterBundleOptions.usual
    do {
      return try ClusterBundleOptions.look(at: usual)
    } catch let error as ProvisioningError where error.code == .badBundle {
      output.note("there is no folder '\(usual)', so the bundle is not checked; name one with --bundle")
      return nil
    }
  }
}
