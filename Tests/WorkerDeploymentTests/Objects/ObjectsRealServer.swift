import Foundation

/// The API server that the environment names, if it does.
enum ObjectsRealServer {
  static let kubeconfig = ProcessInfo.processInfo.environment["KUBERNETES_TEST_KUBECONFIG"]
}
