import Foundation
import Testing

/// The program `kubectl`, where the environment names one.
enum Kubectl {
  static let program = ProcessInfo.processInfo.environment["KUBERNETES_TEST_KUBECTL"]

  static var isThere: Bool { program != nil && ContractServer.kubeconfig != nil }

  static func run(_ arguments: String...) throws -> String {
    try RealServer.run(
      try #require(program), ["--kubeconfig", try #require(ContractServer.kubeconfig as String?)] + arguments)
  }
}
