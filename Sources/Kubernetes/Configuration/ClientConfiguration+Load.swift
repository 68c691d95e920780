import MusterCore

import class Foundation.ProcessInfo

extension ClientConfiguration {
  /// Reads the configuration as kubectl does: the files of `KUBECONFIG`, else `~/.kube/config`, else what a pod is given.
  ///
  /// - Parameters:
  ///   - context: its name; nil for the `current-context` of the files.
  ///   - kubeconfig: one file to read instead.
  ///   - environment: where `KUBECONFIG`, `HOME` and `KUBERNETES_SERVICE_HOST` are looked up.
  /// - Throws: ``KubernetesError`` (`badConfiguration`): a sentence with file, context and field.
  public static func load(
    context: String? = nil, kubeconfig: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment, time: any Timekeeper = SystemTime()
  ) throws -> ClientConfiguration {
    throw KubernetesError(.badConfiguration, "no kubeconfig is read yet")
  }
}
