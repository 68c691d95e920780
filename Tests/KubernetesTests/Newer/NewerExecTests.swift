import NIOCore
import Testing

@testable import Kubernetes

@Suite("A newer server: commands in containers")
struct NewerExecTests {
  @Test(
    "standard input can be ended, and the command then ends as it does at the end of a file",
    arguments: NewerServer.available)
  func endOfInput(server: NewerServer) async throws {
    guard server == .recorded || TestPod.named != nil else { try Test.cancel("no pod is named to run commands in") }
    try await server.run("exec") { api in
      // The one that Tests/Kubernetes/run makes.
      let pod = server == .recorded ? nil : TestPod.named
      let session = try await api.client.exec(
        pod?.name ?? "box", in: pod?.namespace ?? "default",
        ExecOptions(["sh", "-c", "cat; echo end >&2; exit 3"], hasInput: true))
      #expect(session.channelProtocol == "v5.channel.k8s.io")
      try await session.write("one\ntwo\n")
      try await session.closeInput()
      var (output, errors) = ("", "")
      for try await part in session.output {
        switch part {
        case .standardOutput(let bytes): output += String(buffer: bytes)
        case .standardError(let bytes): errors += String(buffer: bytes)
        }
      }
      #expect(output == "one\ntwo\n" && errors == "end\n")
      #expect(try await session.exitStatus().code == 3)
      await session.close()
    }
  }
}
