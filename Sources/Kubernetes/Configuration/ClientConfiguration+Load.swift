import MusterCore

import class Foundation.ProcessInfo

extension ClientConfiguration {
  /// Reads the configuration as kubectl does: the files of `KUBECONFIG`, else `~/.kube/config`, else what a pod is given.
  ///
  /// - Parameters:
  ///   - context: its name; nil for the `current-context` of the files.
  ///   - kubeconfig: one file to read instead.
  ///   - environment: where `KUBECONFIG`, `HOME`, `KUBERNETES_SERVICE_HOST` and the proxies' variables are looked up.
  ///   - serviceAccount: the folder of what a pod is given.
  /// - Throws: ``KubernetesError`` (`badConfiguration`): a sentence with file, context and field.
  public static func load(
    context: String? = nil, kubeconfig: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    serviceAccount: String = serviceAccountFolder, time: any Timekeeper = SystemTime()
  ) throws(KubernetesError) -> ClientConfiguration {
    let config = try files(kubeconfig, environment)
    var configuration: ClientConfiguration
    if let config, context != nil || kubeconfig != nil || config.currentContext != nil {
      configuration = try config.configuration(context: context, environment: environment, time: time)
    } else if context == nil, isInCluster(environment, folder: serviceAccount) {
      configuration = try inCluster(environment: environment, folder: serviceAccount, time: time)
    } else if let config, !config.files.isEmpty {
      configuration = try config.configuration(context: context, environment: environment, time: time)
    } else {
      let place = environment["KUBECONFIG"].flatMap { $0.isEmpty ? nil : "no file of KUBECONFIG ('\($0)') exists" }
      throw KubernetesError(
        .badConfiguration,
        "\(place ?? "there is no ~/.kube/config"), and this program runs in no pod; name a kubeconfig file")
    }
    if configuration.proxy == nil {
      configuration.proxy = try ProxyAddress.fromEnvironment(environment, for: configuration.server)
    }
    return configuration
  }

  private static func files(_ path: String?, _ environment: [String: String]) throws(KubernetesError) -> Kubeconfig? {
    if let path { return try Kubeconfig(files: [path]) }
    if let list = environment["KUBECONFIG"], !list.isEmpty {
      return try Kubeconfig(files: list.split(separator: ":").map(String.init), skipsMissing: true)
    }
    guard let home = environment["HOME"], BoundedFile.exists("\(home)/.kube/config") else { return nil }
    return try Kubeconfig(files: ["\(home)/.kube/config"])
  }
}
