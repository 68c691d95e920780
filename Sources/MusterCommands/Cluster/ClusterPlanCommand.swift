import ArgumentParser
import Provisioning
import Terminal

/// `muster cluster plan`
struct ClusterPlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Say what would be done on each machine, and why; do nothing.",
    discussion: """
      The exit status is 1 if something forbids to carry it out, or if nothing can be planned for a machine.
      """)

  @OptionGroup var cluster: ClusterOptions
  @OptionGroup(title: "The cluster") var artifacts: ClusterBundleOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let output = output.output
    let selection = try cluster.selection(output)
    let bundle = try artifacts.read(output)
    let survey = try await ClusterConnection.with(cluster, selection.machines, reached: selection.reaches) {
      connection in
      try await connection.site.survey(
        connection.site.ask(), bundle: bundle, taintsWorkers: artifacts.taintWorkers, only: selection.only)
    }
    let view = ClusterPlanView(survey.plan, survey.failures)
    try view.print(output)
    guard view.isWell else { throw QuietExit(status: ExitStatus.failure) }
  }
}
