import Foundation
import MusterCore
import Testing

@testable import Kubernetes

@Suite struct FileCredentialsTests {
  private let first = TestIdentity()
  private let second = TestIdentity()

  /// A kubeconfig whose user has a token, a certificate and a key in files.
  private func write(_ identity: TestIdentity, to folder: TemporaryFolder) throws -> String {
    try folder.write("c.pem", identity.chain)
    try folder.write("k.pem", identity.key)
    try folder.write("t", "one")
    return try folder.write(
      "config",
      """
      current-context: x
      clusters: [{name: c, cluster: {server: 'https://a'}}]
      contexts: [{name: x, context: {cluster: c, user: u}}]
      users: [{name: u, user: {tokenFile: t, client-certificate: c.pem, client-key: k.pem}}]
      """)
  }

  @Test("A user's token and certificate files are read again")
  func rotation() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let file = try write(first, to: folder)
    let time = ManualTime()
    let source = try Kubeconfig(files: [file]).configuration(time: time).credentials
    let credentials = try await source.current(forceRefresh: false)
    #expect(credentials.authorization?.reveal() == "Bearer one" && credentials.certificate?.chain == first.chain)
    try folder.write("c.pem", second.chain)
    try folder.write("k.pem", second.key)
    #expect(try await source.current(forceRefresh: false).certificate?.chain == first.chain)
    time.advance(by: .seconds(61))
    let next = try await source.current(forceRefresh: false).certificate
    #expect(next == ClientCertificate(chain: second.chain, key: Secret(second.key)))
    try FileManager.default.removeItem(atPath: folder.path + "/c.pem")
    #expect(throws: KubernetesError.self) { try Kubeconfig(files: [file]).configuration(time: time) }
  }

  @Test("Between the writing of a certificate and of its key, the last pair stays in use, and soon it is looked again")
  func pair() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let time = ManualTime()
    let source = try Kubeconfig(files: [try write(first, to: folder)]).configuration(time: time).credentials
    let good = ClientCertificate(chain: first.chain, key: Secret(first.key))
    #expect(try await source.current(forceRefresh: false).certificate == good)
    try folder.write("c.pem", second.chain)
    #expect(try await source.current(forceRefresh: true).certificate == good)
    // Half written.
    try folder.write("k.pem", String(second.key.prefix(60)))
    #expect(try await source.current(forceRefresh: true).certificate == good)
    try folder.write("k.pem", second.key)
    #expect(try await source.current(forceRefresh: false).certificate == good)
    time.advance(by: .seconds(1))
    #expect(try await source.current(forceRefresh: false).certificate?.chain == second.chain)
  }

  @Test("A key of another certificate is told when there was no pair before")
  func mismatch() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let file = try write(first, to: folder)
    try folder.write("k.pem", second.key)
    let source = try Kubeconfig(files: [file]).configuration(time: ManualTime()).credentials
    let error = await #expect(throws: KubernetesError.self) { try await source.current(forceRefresh: false) }
    #expect(error?.code == .credentials)
    #expect(error?.message.contains("field 'users[u].user.client-key': it is not the key of the client-") == true)
  }
}
