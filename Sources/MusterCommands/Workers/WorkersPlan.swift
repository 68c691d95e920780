import ArgumentParser
import WorkerDeployment

/// `muster workers plan`
struct WorkersPlan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Say what a deployment would do, field by field, and why; do nothing.",
    discussion: """
      The server is asked what it would make of each object (a dry run), so that defaults and spellings make no difference. \
      The image is built to know its digest, and not sent.
      """)

  @OptionGroup var values: WorkersValueOptions
  @OptionGroup(title: "The registry") var registry: WorkersRegistryOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let output = output.output
    try await WorkersPreparation(options: values, registry: registry, output: output).with { prepared in
      try DeploymentPlanView(prepared.plan, namespace: prepared.values.namespace, images: prepared.images)
        .print(output)
    }
  }
}
