import ArgumentParser
import MusterCore
import Provisioning
import Terminal

/// `muster cluster apply`
struct ClusterApply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Make the machines be a cluster: do what 'muster cluster plan' says.",
    discussion: """
      Safe to repeat: a second run does nothing, and one after a failure, a power cut or Ctrl-C goes on from there. All \
      machines are checked before anything is changed. A machine that fails stops only those that need it; the end says \
      which, why, and how to go on, and the exit status is then 1.
      """)

  @OptionGroup var cluster: ClusterOptions
  @OptionGroup(title: "The cluster") var artifacts: ClusterBundleOptions
  @OptionGroup(title: "The run") var acting: ClusterRunOptions
  @Flag(help: "Only warn of operating systems that are not supported.") var force = false
  @Flag(help: "Do not check the machines first.") var skipChecks = false
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let output = output.output
    let selection = try cluster.selection(output)
    let bundle = try artifacts.read(output)
    try await Stoppable.run(output) {
      try await ClusterConnection.with(
        cluster, selection.machines, reached: selection.reaches, options: CheckOptions(isForced: force)
      ) { connection in
        try await apply(selection, bundle, over: connection, output)
      }
    }
  }

  private func apply(
    _ selection: ClusterSelection, _ bundle: ArtifactBundle, over connection: ClusterConnection, _ output: Output
  ) async throws {
    let site = connection.site
    let machines = try await site.ask()
    func survey(after earlier: ClusterSurvey? = nil) async throws -> ClusterSurvey {
      try await site.survey(
        machines, bundle: bundle, taintsWorkers: artifacts.taintWorkers, only: selection.only, earlier: earlier)
    }
    let first = try await survey()
    if acting.dryRun {
      let view = ClusterPlanView(first.plan, first.failures)
      try view.print(output)
      guard view.isWell else { throw QuietExit(status: ExitStatus.failure) }
      return
    }
    for remark in first.plan.remarks { output.warning(remark) }
    try first.plan.refuseProblems()
    if !skipChecks, !first.plan.isEmpty {
      try await check(machines, first, bundle, connection, output)
    }
    let secrets = connection.secrets + [first.token] + first.observed.values.compactMap(\.token)
    try await ClusterRun(verb: "apply", options: acting, output: output).carryOut(
      first.plan, first.failures, over: site, folder: bundle.folder, secrets: secrets
    ) {
      // What another run has done before it gave its locks back is not done again.
      let survey = try await survey(after: first)
      try survey.plan.refuseProblems()
      return (survey.plan, survey.failures)
    }
  }

  /// What stands in the way on a machine that is left as it is does not; but whether the cluster as a whole can be does, and whether
  /// the ports of its machines can be reached from those that come.
  private static func matters(_ result: CheckResult, changed: Set<String>) -> Bool {
    guard case .machine(let name) = result.subject else { return true }
    return changed.contains(name) || result.kind == .portsOpen
  }

  private func check(
    _ machines: [CheckedMachine], _ survey: ClusterSurvey, _ bundle: ArtifactBundle, _ connection: ClusterConnection,
    _ output: Output
  ) async throws {
    let unknown = Set(survey.failures.map(\.machine))
    let known = machines.filter { !unknown.contains($0.name) }
    let starts = survey.plan.actions.contains {
      if case .start = $0.deed { true } else { false }
    }
    let all = try await Inspection(connection.site).run(
      known, provisioner: connection.own, bundle: bundle, triesPorts: starts, offers: survey.offers)
    let changed = survey.plan.changedMachines
    let checks = CheckTable(
      subjects: all.subjects, results: all.results.filter { Self.matters($0, changed: changed) })
    for warning in checks.warnings { output.note("\(warning.subject.name): \(warning.sentence)") }
    guard !checks.problems.isEmpty else { return }
    let view = CheckView(checks: CheckTable(subjects: checks.subjects, results: checks.problems), showsAll: false)
    if output.mode == .table { try output.render(view.lines, table: view.table, ids: view.ids) }
    throw ProvisioningError(
      .unfit,
      "nothing was changed, since there is something in the way: \(checks.problems.map { "\($0.subject.name): \($0.sentence)" }.joined(separator: "; ")); "
        + "mend it, leave machines out with --limit '!NAME', or see 'muster cluster check'")
  }
}
