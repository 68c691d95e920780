import TaskModel
import TaskStore

/// The figures of one moment in the text format of Prometheus (exposition format 0.0.4).
struct MetricsPage {
  /// Without it nothing of queue and workers is known, and zeros would be wrong.
  let storeIsUp: Bool
  let statistics: StoreStatistics
  let workers: [RosterWorker]
  let queued: [String: Int]
  let verifying: Int
  /// Over all listeners of gRPC.
  let connections: Int
  /// What was refused since the start, by reason.
  let refusals: [String: UInt64]

  var text: String {
    var page = ""
    func family(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)]) {
      page += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
      for sample in samples { page += "\(name)\(sample.labels) \(sample.value)\n" }
    }
    family(
      "muster_store_up", "gauge", "1 while the store answers; without it queue and workers are not known.",
      [("", storeIsUp ? "1" : "0")])
    family(
      "muster_tasks_queued", "gauge", "Tasks that are ready and that no worker has.",
      queued.sorted { $0.key < $1.key }.map { ("{kind=\"\($0.key)\"}", "\($0.value)") })
    family(
      "muster_tasks_submitted_total", "counter", "Tasks accepted since the start.", [("", "\(statistics.submitted)")])
    family(
      "muster_tasks_ended_total", "counter", "Tasks that came to their end since the start.",
      [
        ("{state=\"done\"}", "\(statistics.done)"), ("{state=\"failed\"}", "\(statistics.failed)"),
        ("{state=\"cancelled\"}", "\(statistics.cancelled)"),
      ])
    family(
      "muster_attempts_total", "counter", "Attempts since the start, by what became of them.",
      [
        ("{outcome=\"claimed\"}", "\(statistics.claimed)"), ("{outcome=\"failed\"}", "\(statistics.attemptsFailed)"),
        ("{outcome=\"lost\"}", "\(statistics.attemptsLost)"), ("{outcome=\"invalid\"}", "\(statistics.invalid)"),
        ("{outcome=\"late\"}", "\(statistics.lateCommitted)"), ("{outcome=\"discarded\"}", "\(statistics.discarded)"),
      ])
    family("muster_results_verifying", "gauge", "Stored results that wait for the verifier.", [("", "\(verifying)")])
    let own = workers.filter { !OriginalProver.isRosterName($0.name) }
    family(
      "muster_workers", "gauge", "Workers with a lease, by protocol.",
      [("{protocol=\"muster\"}", "\(own.count)"), ("{protocol=\"original\"}", "\(workers.count - own.count)")])
    family(
      "muster_worker_slots", "gauge", "Slots of all workers.",
      [
        ("{state=\"total\"}", "\(own.reduce(0) { $0 + Int($1.capacity.slots) })"),
        ("{state=\"used\"}", "\(own.reduce(0) { $0 + Int(min($1.used.slots, $1.capacity.slots)) })"),
      ])
    family("muster_connections", "gauge", "Connections to the gRPC listeners.", [("", "\(connections)")])
    family(
      "muster_refused_total", "counter", "Connections and calls that were refused since the start, by reason.",
      refusals.sorted { $0.key < $1.key }.map { ("{reason=\"\($0.key)\"}", "\($0.value)") })
    family(
      "muster_store_commit_seconds", "summary", "How long the store's commits took.",
      [
        ("_sum", "\(Double(statistics.commitNanoseconds) / 1e9)"), ("_count", "\(statistics.commits)"),
      ])
    family(
      "muster_store_slowest_commit_seconds", "gauge", "The slowest commit since the start.",
      [("", "\(Double(statistics.slowestCommitNanoseconds) / 1e9)")])
    family(
      "muster_store_commit_failures_total", "counter", "Transactions that failed.",
      [("", "\(statistics.commitFailures)")])
    return page
  }
}
