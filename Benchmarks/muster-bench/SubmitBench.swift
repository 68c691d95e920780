import ArgumentParser
import CoordinatorAPI
import Foundation

struct SubmitBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit", abstract: "Durable submits: in batches of 1,000, and single ones by 64 submitters.")
  @OptionGroup var rig: Rig
  @Option var count = 200_000
  @Option var singles = 40_000
  @Option(help: "Bytes of each input.") var inputSize = 200

  func run() async throws {
    let coordinator = try CoordinatorProcess(rig)
    defer { coordinator.stop() }
    try await coordinator.waitUntilReady()
    let batched = try await submit(count, to: [coordinator.address], inputSize: inputSize)
    report("durable submits, batches of 1,000", perSecond(count, batched))
    let single = try await submit(singles, to: [coordinator.address], streams: 64, batch: 1, inputSize: inputSize)
    report("durable submits, single by 64 submitters", perSecond(singles, single))
  }
}
