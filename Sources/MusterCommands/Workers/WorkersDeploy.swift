import ArgumentParser
import WorkerDeployment

/// `muster workers deploy`
struct WorkersDeploy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deploy",
    abstract: "Make the workers be as they are to be: image, secrets, configuration, endpoint, pods.",
    discussion: """
      It carries out what 'muster workers plan' prints. Safe to repeat: a second run does nothing, and one after a failure \
      goes on from there. With --wait it ends when all workers are ready, or says why they are not.
      """)

  @OptionGroup var values: WorkersValueOptions
  @OptionGroup(title: "The registry") var registry: WorkersRegistryOptions
  @Flag(help: "Print what would be done, and do nothing.") var dryRun = false
  @OptionGroup var waiting: WorkersWaiting
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let output = output.output
    try await WorkersPreparation(options: values, registry: registry, output: output).with { prepared in
      let namespace = prepared.values.namespace
      try await waiting.check(prepared.client, namespace)
      let acting = WorkersActing(
        client: prepared.client, namespace: namespace, output: output, isDryRun: dryRun, images: prepared.images,
        deliver: prepared.deliver)
      let releasing = WorkersReleasing(prepared.client, namespace, output: output)
      var leaving: [String] = []
      if prepared.values.wire == .muster, let new = prepared.values.endpoint, !prepared.plan.restartsWorkers {
        leaving = WorkersReleasing.leaving(prepared.endpoints, for: new.description)
      }
      try await releasing.act(acting, on: prepared.plan, leaving: leaving)
      guard !dryRun else { return }
      try await releasing.release(from: leaving)
      try await waiting.wait(
        prepared.client, namespace, output, endpoint: prepared.values.endpoint?.description)
    }
  }
}
