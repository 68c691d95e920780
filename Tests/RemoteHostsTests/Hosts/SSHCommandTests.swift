import MusterCore
import Testing

@testable import RemoteHosts

@Suite("The command line of the SSH client")
struct SSHCommandTests {
  @Test("puts what is needed for safety before what the user gives, and the machine behind all")
  func order() throws {
    var destination = SSHDestination("10.0.0.1", port: 2222, user: "vagrant", keyFile: "/k")
    destination.arguments = ["-o", "StrictHostKeyChecking=no", "-o", "ConnectTimeout=3"]
    let words = try SSHCommand(destination: destination, options: RemoteOptions()).arguments(running: "true")
    let strict = try #require(words.firstIndex(of: "StrictHostKeyChecking=yes"))
    let theirs = try #require(words.firstIndex(of: "StrictHostKeyChecking=no"))
    let patience = try #require(words.firstIndex(of: "ConnectTimeout=3"))
    let ours = try #require(words.firstIndex(of: "ConnectTimeout=10"))
    #expect(strict < theirs)
    #expect(patience < ours)
    #expect(words.contains("BatchMode=yes"))
    #expect(words.suffix(9) == ["-p", "2222", "-l", "vagrant", "-i", "/k", "--", "10.0.0.1", "true"])
  }

  @Test("accepts new host keys only when told, and asks only when there is an answer")
  func choices() throws {
    var options = RemoteOptions()
    options.acceptsNewHostKeys = true
    let words = try SSHCommand(destination: SSHDestination("h", password: Secret("canary")), options: options)
      .arguments(running: "true")
    #expect(words.contains("StrictHostKeyChecking=accept-new"))
    #expect(words.contains("BatchMode=no"))
    #expect(!words.joined().contains("canary"))
  }

  @Test(
    "refuses names that could be options or several words", arguments: ["", "-oProxyCommand=x", "a b", "a\nb", "a'b"])
  func names(_ name: String) {
    #expect(throws: RemoteHostError.self) {
      try SSHCommand(destination: SSHDestination(name), options: RemoteOptions()).arguments(running: "true")
    }
    #expect(throws: RemoteHostError.self) {
      try SSHCommand(destination: SSHDestination("h", user: name), options: RemoteOptions()).arguments(running: "true")
    }
  }
}
