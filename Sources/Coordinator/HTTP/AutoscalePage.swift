import Foundation
import MusterCore
import TaskModel
import TaskStore

/// `/api/v1/autoscale`: how many workers the work of one kind needs, for KEDA and for others who scale by a number.
///
/// The number is not less than the workers that have tasks in hand, unless the question's maximum is: who scales by it cannot
/// choose which pods go.
struct AutoscalePage: Sendable {
  struct Answer: Codable, Hashable, Sendable {
    var kind: String
    var queued: Int
    /// In the hands of workers that serve the kind, whatever they are of.
    var running: Int
    var busyWorkers: Int
    /// Mean of the latest tasks that are done, or what was assumed.
    var runSeconds: Double
    /// How many tasks that is the mean of; 0: it is assumed.
    var measured: Int
    var desired: Int

    enum CodingKeys: String, CodingKey {
      case kind, queued, running, measured, desired
      case busyWorkers = "busy_workers"
      case runSeconds = "run_seconds"
    }
  }

  /// What is asked.
  struct Question: Hashable, Sendable {
    var kind = ""
    var window: Duration = .seconds(600)
    var assume: Duration = .seconds(60)
    var slots = 1
    var least = 0
    /// Nil: as many as the work needs.
    var most: Int?

    /// - Parameter query: names and values of the address.
    /// - Throws: ``BadQuestion`` with a sentence for who asked.
    init(_ query: [(name: String, value: String)]) throws(BadQuestion) {
      for (name, value) in query {
        switch name {
        case "kind": kind = value
        case "window": window = try Self.duration(name, value)
        case "assume": assume = try Self.duration(name, value)
        case "slots": slots = try Self.number(name, value, 1...65_535)
        case "min": least = try Self.number(name, value, 0...100_000)
        case "max": most = try Self.number(name, value, 0...100_000)
        default:
          throw BadQuestion(
            "there is no parameter '\(name.prefix(40))'; there are kind, window, assume, slots, min and max")
        }
      }
      guard (1...140).contains(kind.utf8.count) else {
        throw BadQuestion("say which kind is meant, as in /api/v1/autoscale?kind=block; 'muster kind list' shows them")
      }
      if let most, least > most { throw BadQuestion("min is \(least) and max is \(most); min cannot be over max") }
    }

    private static func duration(_ name: String, _ value: String) throws(BadQuestion) -> Duration {
      guard value.utf8.count <= 40, let duration = try? DurationText.parse(value), duration >= .seconds(1),
        duration <= .seconds(365 * 86_400)
      else { throw BadQuestion("\(name) is '\(value.prefix(40))'; it is 1s to 365d, as 10m") }
      return duration
    }

    private static func number(
      _ name: String, _ value: String, _ range: ClosedRange<Int>
    ) throws(BadQuestion) -> Int {
      guard let number = Int(value), range.contains(number) else {
        throw BadQuestion("\(name) is '\(value.prefix(40))'; it is \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
  }

  struct BadQuestion: Error, Hashable {
    let sentence: String
    init(_ sentence: String) { self.sentence = sentence }
  }

  /// The store does not answer.
  struct Away: Error { let sentence: String }

  let context: CoordinatorContext

  init(context: CoordinatorContext) { self.context = context }

  /// - Throws: ``Away`` or `StoreError` when the store does not answer: no numbers are better than wrong ones.
  func answer(_ question: Question) async throws -> Answer {
    let store = context.store
    if let outage = store.outage { throw Away(sentence: outage) }
    let queued = try await store.queuedByKind()[question.kind] ?? 0
    let workers = try await store.workers().filter { $0.kinds.contains(question.kind) }
    let runTime = try await context.runTimes.mean(of: question.kind)
    return Self.answer(
      question, queued: queued, running: workers.reduce(0) { $0 + $1.held.count },
      busyWorkers: workers.count { !$0.held.isEmpty }, runTime)
  }

  static func answer(
    _ question: Question, queued: Int, running: Int, busyWorkers: Int, _ runTime: (mean: Duration, count: Int)
  ) -> Answer {
    let mean = DrainEstimate.runTime(measured: runTime.mean, count: runTime.count, assumed: question.assume)
    let lanes = DrainEstimate.lanes(tasks: queued + running, runTime: mean, window: question.window)
    let needed = (lanes + question.slots - 1) / question.slots
    return Answer(
      kind: question.kind, queued: queued, running: running, busyWorkers: busyWorkers,
      runSeconds: (mean.seconds * 1000).rounded() / 1000, measured: runTime.count,
      desired: min(max(needed, busyWorkers, question.least), question.most ?? .max))
  }
}
