import Foundation
import Testing

@testable import Kubernetes

/// A server that is newer than the one that `Tests/Kubernetes/run` can build: what one of them said is recorded, and a
/// real one is asked where the environment names its kubeconfig and it is new enough.
enum NewerServer: String, CaseIterable, CustomTestStringConvertible {
  case recorded, real

  /// Where what a real server says is written down, if it is.
  private static let folder = ProcessInfo.processInfo.environment["KUBERNETES_TEST_RECORD"]

  static var available: [NewerServer] { ContractServer.kubeconfig == nil ? [.recorded] : allCases }

  var testDescription: String { rawValue }

  /// Runs a test in a namespace of its own.
  ///
  /// - Parameter name: of the recording.
  func run(_ name: String, _ body: (Contract) async throws -> Void) async throws {
    let file = "\(name).jsonl"
    switch self {
    case .recorded:
      let server = RecordedServer(try Recording(contentsOf: Recording.folder.appending(path: file)))
      try await body(Contract(transport: server, namespace: Recording.namespace, fake: nil, minor: Contract.newer))
      #expect(server.unasked.isEmpty)
    case .real:
      let transport = HTTPTransport(
        try ClientConfiguration.load(kubeconfig: ContractServer.kubeconfig), sockets: WebSocketConnector())
      let version = try await KubernetesClient(transport: transport).serverVersion()
      guard version.isAtLeast(1, Contract.newer) else {
        try Test.cancel("the server is of \(version.gitVersion); this takes one of 1.\(Contract.newer) or later")
      }
      let recorder = RecordingTransport(transport)
      try await ContractServer.inNamespace(of: transport, prefix: "newer") { api in
        try await body(Contract(transport: recorder, namespace: api.namespace, fake: nil, minor: api.minor))
        guard let folder = Self.folder else { return }
        try Recording(server: version.gitVersion, exchanges: recorder.exchanges)
          .write(to: URL(fileURLWithPath: folder).appending(path: file), namespace: api.namespace)
      }
    }
  }
}
