import Foundation
import Testing

/// The program `kubectl`, where the environment names one.
enum Kubectl {
  static let program = ProcessInfo.processInfo.environment["KUBERNETES_TEST_KUBECTL"]

  static var isThere: Bool { program != nil && ContractServer.kubeconfig != nil }

  /// What `kubectl get` prints, whole: since 1.21 it leaves out who manages the fields, if nothing is said.
  static func get(_ arguments: String...) throws -> String {
    let knowsManagers = try run(["get", "--help"]).contains("--show-managed-fields")
    return try run(["get"] + arguments + (knowsManagers ? ["--show-managed-fields"] : []))
  }

  private static func run(_ arguments: [String]) throws -> String {
    try RealServer.run(
      try #require(program), ["--kubeconfig", try #require(ContractServer.kubeconfig as String?)] + arguments)
  }
}
