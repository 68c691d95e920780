import ArgumentParser
import MusterCore
import Provisioning
import Terminal

/// `muster cluster reset`
struct ClusterReset: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset",
    abstract: "Take away all that 'muster cluster apply' has made, and the cluster's data with it.",
    discussion: """
      Each machine becomes again what it was before: its own record says what that was. What Muster did not make stays: \
      Docker, drivers and packages that were there before. With --limit, the machines leave a cluster that stays.
      """)

  @OptionGroup var cluster: ClusterOptions
  @OptionGroup(title: "The run") var acting: ClusterRunOptions
  @Flag(help: "Do not ask.") var yes = false
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let output = output.output
    let selection = try cluster.selection(output)
    try await Stoppable.run(output) {
      try await ClusterConnection.with(cluster, selection.machines, reached: selection.isTouchedByReset) {
        connection in
        try await reset(selection, over: connection, output)
      }
    }
  }

  private func reset(
    _ selection: ClusterSelection, over connection: ClusterConnection, _ output: Output
  ) async throws {
    let site = connection.site
    let first = try await site.surveyReset(only: selection.only)
    if acting.dryRun {
      let view = ClusterPlanView(first.plan, first.failures)
      try view.print(output)
      guard view.isWell else { throw QuietExit(status: ExitStatus.failure) }
      return
    }
    for remark in first.plan.remarks { output.warning(remark) }
    try first.plan.refuseProblems()
    if !first.plan.isEmpty, !yes { try confirm(first.plan) }
    try await ClusterRun(verb: "reset", options: acting, output: output).carryOut(
      first.plan, first.failures, over: site, secrets: connection.secrets, removes: true
    ) {
      // Only those that are locked may be given anything to do, the helper too.
      let now = try await site.surveyReset(only: selection.only, helpers: Set(first.plan.machines))
      try now.plan.refuseProblems()
      return now
    }
  }

  private func confirm(_ plan: ClusterPlan) throws {
    let machines = plan.changedMachines.sorted()
    guard !machines.isEmpty else { return }
    let question =
      "This takes the cluster's programs and data off \(machines.joined(separator: ", ")). Type yes to go on: "
    guard try OpenQuestion.ask(question, otherwise: "give --yes to reset without being asked") == "yes" else {
      throw CommandError(.badArgument, "nothing was changed, since the answer was not yes")
    }
  }
}
