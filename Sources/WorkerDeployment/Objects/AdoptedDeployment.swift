import Kubernetes

/// What a deployment that is there decides about the one that is wanted: what cannot be changed in place, and what nobody
/// asked to change.
struct AdoptedDeployment: Sendable, Hashable {
  private let selector: JSONValue?
  private let query: LabelQuery?
  /// What the selector wants by equality.
  private let wanted: [String: String]
  /// Containers are matched by name: under another one, the pods would get a second container.
  let container: String?
  /// So that a deployment that was scaled stays so.
  let replicas: Int64?

  init(_ object: DynamicObject?) {
    let spec = object?["spec"]
    selector = spec?["selector"]
    let read = try? selector?.decoded(as: LabelSelector.self)
    query = try? read?.query()
    wanted = read?.matchLabels ?? [:]
    replicas = spec?["replicas"]?.integer
    let names = spec?["template", "spec", "containers"]?.array?.compactMap { $0["name"]?.string } ?? []
    container = names.contains(WorkerNames.container) ? WorkerNames.container : names.first
  }

  /// The pods' label `app` by which it selects, unless somebody asks for another.
  var app: String? { wanted[WorkerNames.app] }

  /// The labels and the selector to write: those of the live deployment, if pods with these labels are among its own; else
  /// new ones, and it has to be made anew.
  func settle(_ labels: [String: String]) -> (labels: [String: String], selector: JSONValue) {
    let all = wanted.merging(labels) { $1 }
    // One that selects everything would take other pods for its own.
    if let selector, let query, !query.requirements.isEmpty, query.matches(all) { return (all, selector) }
    return (labels, ["matchLabels": [WorkerNames.role.key: .string(WorkerNames.role.value)]])
  }
}
