import Foundation
import MusterCore
import Testing

@testable import RemoteHosts

@Suite(
  "What is said when a real SSH server lets nobody in",
  .enabled(if: SSHServer.isThere, "there is no sshd (Debian: apt-get install openssh-server)"))
struct SSHFaultTests {
  private func fault(
    _ server: SSHServer, _ destination: SSHDestination? = nil, options: RemoteOptions = RemoteOptions()
  ) async -> RemoteHostError? {
    await #expect(throws: RemoteHostError.self) { try await server.session(destination, options: options).open() }
  }

  @Test("a host key that nobody knows is refused, and accepted and remembered when told")
  func unknownKey() async throws {
    let server = try await SSHServer()
    try server.folder.write("known", "")
    let error = try #require(await fault(server))
    #expect(error.code == .hostKey)
    #expect(
      error.message.contains("its host key is not known (No ED25519 host key is known for [127.0.0.1]:"), "\(error)")
    var options = RemoteOptions()
    options.acceptsNewHostKeys = true
    let session = server.session(options: options)
    try await session.open()
    await session.close()
    #expect(server.folder.text("known")?.isEmpty == false)
    try await server.session().open()
  }

  @Test("a host key that has changed is never accepted")
  func changedKey() async throws {
    let server = try await SSHServer()
    try server.folder.write("known", "[127.0.0.1]:\(server.port) \(server.folder.text("other.pub") ?? "")")
    var options = RemoteOptions()
    options.acceptsNewHostKeys = true
    let error = try #require(await fault(server, options: options))
    #expect(error.code == .hostKey)
    #expect(error.message.contains("another than the known one (known from \(server.folder.path)/known:1)"), "\(error)")
  }

  @Test("a key that is not the user's, or not there")
  func wrongKey() async throws {
    let server = try await SSHServer()
    let error = try #require(await fault(server, server.destination(key: "other")))
    #expect(error.code == .login)
    #expect(error.message.contains("does not let the user in (publickey)"), "\(error)")
    let missing = try #require(await fault(server, server.destination(key: "nokey")))
    #expect(missing.message.contains("nokey not accessible"), "\(missing)")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: server.folder.path + "/user")
    let open = try #require(await fault(server))
    #expect(open.message.contains("can be read by others"), "\(open)")
  }

  @Test("nobody listens on the port, or the name means nothing")
  func unreachable() async throws {
    let server = try await SSHServer()
    var destination = server.destination()
    server.kill()
    let refused = try #require(await fault(server, destination))
    #expect(refused.code == .unreachable)
    #expect(refused.message.contains("it refuses connections"), "\(refused)")
    destination.host = "no-such-machine.invalid"
    let unknown = try #require(await fault(server, destination))
    #expect(unknown.code == .unreachable)
    #expect(unknown.message.contains("there is no machine of that name"), "\(unknown)")
  }

  @Test("a login shell that ends at once, with its words")
  func noShell() async throws {
    let server = try await SSHServer(["ForceCommand echo This account is currently not available.; exit 1"])
    let error = try #require(await fault(server))
    #expect(error.code == .login)
    #expect(
      error.message.contains("ends with status 1 and says 'This account is currently not available.'"), "\(error)")
  }

  @Test("no method in common, and settings that the client does not know")
  func methods() async throws {
    let server = try await SSHServer(["Ciphers aes256-ctr"])
    let ciphers = try #require(await fault(server, server.destination(arguments: ["-o", "Ciphers=aes128-ctr"])))
    #expect(ciphers.code == .client)
    #expect(ciphers.message.contains("no method in common"), "\(ciphers)")
    let setting = try #require(await fault(server, server.destination(arguments: ["-o", "Nonsense=1"])))
    #expect(setting.code == .client)
    #expect(setting.message.contains("Bad configuration option: nonsense"), "\(setting)")
  }

  @Test("a jump host that cannot reach the machine, and one that can")
  func jump() async throws {
    let gate = try await SSHServer()
    let server = try await SSHServer()
    let config = """
      Host gate
        HostName 127.0.0.1
        Port \(gate.port)
        IdentityFile \(gate.folder.path)/user
        UserKnownHostsFile \(gate.folder.path)/known
      Host *
        IdentitiesOnly yes
        IdentityAgent none
      Host behind
        HostName 127.0.0.1
        Port \(server.port)
        IdentityFile \(server.folder.path)/user
        UserKnownHostsFile \(server.folder.path)/known
        ProxyJump gate

      """
    let file = try server.folder.write("client", config)
    let destination = SSHDestination("behind", arguments: ["-F", file])
    let session = server.session(destination)
    #expect(try await session.run(RemoteScript("speaks", "echo yes")).outputText == "yes\n")
    await session.close()
    #expect(gate.folder.text("log")?.contains("Accepted publickey") == true)
    server.kill()
    let error = try #require(await fault(server, destination))
    #expect(error.code == .unreachable)
    #expect(error.message.contains("the jump host cannot reach it"), "\(error)")
  }

  @Test("there is no client")
  func noClient() async throws {
    let server = try await SSHServer()
    var options = RemoteOptions()
    options.client = "no-such-ssh"
    let error = try #require(await fault(server, options: options))
    #expect(error.code == .client)
    #expect(error.message.contains("there is no such program"), "\(error)")
  }

  @Test("a server that says nothing is given up in time")
  func silent() async throws {
    let server = try await SSHServer(["ForceCommand sleep 1000"])
    var options = RemoteOptions()
    options.openPatience = .milliseconds(1500)
    let error = try #require(await fault(server, options: options))
    #expect(error.code == .unreachable)
    #expect(error.message.contains("there was no shell within"), "\(error)")
  }
}
