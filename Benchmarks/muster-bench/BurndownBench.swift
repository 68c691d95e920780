import ArgumentParser
import CoordinatorAPI
import Foundation

struct BurndownBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "burndown",
    abstract:
      "Submit all no-op tasks to a shared store, then work them off: the time from the first to the last completion.",
    discussion: "The method of River's `river bench --num-total-jobs`.")
  @OptionGroup var rig: Rig
  @Option(help: "The store to measure, empty or made by Muster: postgres://… .") var store: String
  @Option(help: "How many tasks to submit; 0: those that are there already are worked off.") var count = 1_000_000
  @Option(help: "How many to work off, if not all that were submitted.") var finish: Int?
  @Option(help: "Coordinators that share the store.") var coordinators = 1
  @Option(help: "Workers, spread over the coordinators.") var workers = 8
  @Option var slots = 64
  @Option(help: "Callers that submit at once, in batches of 1,000.") var submitters = 4
  @Option(help: "Process number of the database server, if its processor time is to be measured.") var server: Int32?

  func run() async throws {
    var started: [CoordinatorProcess] = []
    defer { for coordinator in started { coordinator.stop() } }
    for _ in 0..<coordinators {
      let coordinator = try CoordinatorProcess(rig, store: store)
      started.append(coordinator)
      try await coordinator.waitUntilReady()
    }
    let addresses = started.map(\.address)
    let name = coordinators == 1 ? "Muster" : "Muster, \(coordinators) coordinators"
    if count > 0 {
      let meter = Meter(coordinators: started, server: server)
      let elapsed = try await submit(count, to: addresses, streams: submitters)
      report("\(name), durable submits, batches of 1,000", perSecond(count, elapsed))
      meter.print(tasks: count)
    }
    let finish = finish ?? count
    guard finish > 0 else { return }
    let meter = Meter(coordinators: started, server: server)
    let metrics = started.map(\.metrics)
    let (first, last) = try await withNoopWorkers(workers, at: addresses, slots: slots) {
      let first = try await waitForDone(1, at: metrics)
      // The page also counts what is queued: asked for all the time, that would be measured too.
      return (first, try await waitForDone(finish, at: metrics, every: .milliseconds(100)))
    }
    // What was done when the first was seen falls out of the count as the time before it falls out of the time.
    report("\(name), dispatched and committed", perSecond(last.count - first.count, last.moment - first.moment))
    meter.print(tasks: last.count)
  }
}
