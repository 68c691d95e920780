import Foundation

/// A pod of a real cluster that tests may use.
enum TestPod {
  static let named = ProcessInfo.processInfo.environment["KUBERNETES_TEST_POD"].flatMap {
    text -> (namespace: String, name: String)? in
    let parts = text.split(separator: "/").map(String.init)
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }
}
