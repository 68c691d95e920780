/// Decides the namespace.
struct PlaceResolution {
  private let reader: ValueReader

  init(_ reader: ValueReader) { self.reader = reader }

  func resolve() -> WorkersPlace {
    let given = reader.value(.namespace, ValueText.namespace)
    guard reader.text(.namespace) == nil else {
      return WorkersPlace(namespace: given?.value ?? WorkersPlace.standard, isNamespaceGiven: true)
    }
    return WorkersPlace(
      namespace: WorkersPlace.standard, isNamespaceGiven: false,
      remarks: [
        "CLUSTER_NS is not set, so the workers are in the namespace 'default', which is not recommended: there is one cluster of workers a namespace, and 'default' has what names none; set CLUSTER_NS or --namespace"
      ])
  }
}
