import Kubernetes

extension KubernetesError {
  /// Whether a field cannot be changed in place.
  var isAboutImmutableField: Bool {
    guard code == .refused, status?.code == 422 else { return false }
    let causes = status?.details?.causes ?? []
    return causes.contains { $0.message?.contains("immutable") == true }
      || status?.message?.contains("immutable") == true
  }

  /// Whether the contents are refused as such, and not a change of them.
  var isAboutContents: Bool { code == .refused && status?.code == 422 && !isAboutImmutableField }
}
