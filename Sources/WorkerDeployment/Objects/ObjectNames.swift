import Kubernetes

/// Whether the API server will take all names, labels and annotations, said in the user's own words before anything is made.
struct ObjectNames {
  let values: WorkerValues

  /// - Throws: ``WorkerDeploymentError`` (`bad_workers_value`): what was given, what is wrong with it, and what to do.
  func check(_ objects: [WantedObject]) throws(WorkerDeploymentError) {
    try refuse("CLUSTER_NS", values.namespace, NameRules.labelFault(values.namespace))
    try refuse("STAGE", values.stage, labelFault(values.stage))
    try refuse("CLUSTER_DEPLOYNAME", values.deployName, labelFault(values.deployName))
    for name in [values.pullSecret, values.priorityClass, values.runtimeClass].compactMap({ $0 }) {
      try refuse("a name in the values", name, NameRules.subdomainFault(name))
    }
    for name in values.annotations.keys.sorted() {
      try refuse("the key of an annotation", name, NameRules.labelKeyFault(name))
    }
    do {
      for object in objects {
        try NameRules.check(name: object.name)
        try NameRules.check(labels: object.object.metadata.labels ?? [:])
        try NameRules.check(labels: Self.podLabels(object.object))
      }
    } catch {
      throw WorkerDeploymentError(.badValue, "\(error.message); correct it in the values", cause: error)
    }
  }

  private static func podLabels(_ object: DynamicObject) -> [String: String] {
    object["spec", "template", "metadata", "labels"]?.object?.compactMapValues(\.string) ?? [:]
  }

  private func labelFault(_ text: String) -> String? {
    text.isEmpty ? "it is empty" : NameRules.labelValueFault(text)
  }

  private func refuse(_ what: String, _ text: String, _ fault: String?) throws(WorkerDeploymentError) {
    guard let fault else { return }
    throw WorkerDeploymentError(
      .badValue, "\(what) is '\(text.prefix(64))', which Kubernetes does not take: \(fault); give another",
      details: ["value": String(text.prefix(64))])
  }
}
