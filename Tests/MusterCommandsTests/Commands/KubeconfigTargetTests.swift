import Foundation
import Kubernetes
import MusterCore
import Testing

@testable import MusterCommands

@Suite("A kubeconfig file into which something is merged")
struct KubeconfigTargetTests {
  private static let kubectl = ["/usr/bin/kubectl", "/usr/local/bin/kubectl"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  private let access = ClusterAccess(
    server: ServerAddress(host: "10.0.0.11", port: 6443), serverName: "m1", user: Secret(["token": "c4nary"]))

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  private func put(_ path: String, name: String = "inv") async throws {
    try await KubeconfigTarget(path).change { document throws(KubernetesError) in
      try document.put(access, name: name)
    }
  }

  @Test("a new file and its folder are for their owner alone; a file that others could read is not any more")
  func modes() async throws {
    try await withFolder { folder in
      try await put("\(folder)/.kube/config")
      #expect(try mode("\(folder)/.kube") == 0o700)
      #expect(try mode("\(folder)/.kube/config") == 0o600)
      try write("clusters: []\n", to: "\(folder)/open")
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(folder)/open")
      try await put("\(folder)/open")
      #expect(try mode("\(folder)/open") == 0o600)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [".kube", "open"])
    }
  }

  @Test("what a link leads to is changed, and the link stays")
  func link() async throws {
    try await withFolder { folder in
      try write("{}\n", to: "\(folder)/real")
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "real")
      try await put("\(folder)/link")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/link") == "real")
      #expect(try Kubeconfig(files: ["\(folder)/real"]).contextNames == ["inv"])
    }
  }

  @Test("a file that cannot be read stays as it is, and so does one of which an entry would be lost")
  func refused() async throws {
    try await withFolder { folder in
      for text in ["clusters: [", "users: [{name: inv, user: {token: mine}}]\n"] {
        try write(text, to: "\(folder)/mine")
        await #expect(throws: KubernetesError.self) { try await put("\(folder)/mine") }
        #expect(try String(contentsOfFile: "\(folder)/mine", encoding: .utf8) == text)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["mine"])
      }
      #expect(throws: CommandError.self) { try KubeconfigTarget(folder) }
      #expect(throws: CommandError.self) { try KubeconfigTarget("/dev/null") }
    }
  }

  @Test("while somebody else changes it, it is left alone; the lock is kubectl's")
  func locked() async throws {
    try await withFolder { folder in
      let path = "\(folder)/config"
      try write("", to: "\(path).lock")
      let time = ManualTime()
      let waiting = Task {
        try await KubeconfigTarget(path).change(time: time) { document throws(KubernetesError) in
          try document.put(access, name: "inv")
        }
      }
      while time.sleeperCount == 0 { await Task.yield() }
      #expect(!FileManager.default.fileExists(atPath: path))
      try FileManager.default.removeItem(atPath: "\(path).lock")
      time.advance(by: .seconds(1))
      try await waiting.value
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["config"])

      try write("", to: "\(path).lock")
      let given = Task { try await KubeconfigTarget(path).change(time: time) { _ in } }
      let watch = Task {
        while !Task.isCancelled {
          if time.sleeperCount > 0 { time.advance(by: .seconds(1)) }
          await Task.yield()
        }
      }
      await #expect(throws: CommandError.self) { try await given.value }
      watch.cancel()
    }
  }

  @Test("kubectl reads the result", .enabled(if: kubectl != nil, "there is no kubectl (Debian: kubernetes-client)"))
  func real() async throws {
    let kubectl = try #require(Self.kubectl)
    try await withFolder { folder in
      let path = "\(folder)/config"
      try await put(path, name: "first")
      try await put(path, name: "a second: one")
      func run(_ arguments: String...) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: kubectl)
        process.arguments = ["config", "--kubeconfig", path] + arguments
        process.environment = ["HOME": folder]
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: bytes, as: UTF8.self)
      }
      let view = try run("view", "--raw", "-o", "jsonpath={range .contexts[*]}{.name}|{.context.user}|{end}")
      #expect(view == "a second: one|a second: one|first|first|")
      let one = try run("view", "--raw", "--minify", "--context", "first", "-o", "jsonpath={.clusters[0].cluster}")
      #expect(one.contains("https://10.0.0.11:6443") && one.contains("\"m1\""), "\(one)")
      // What kubectl has changed is changed again.
      _ = try run("use-context", "first")
      try await put(path, name: "first")
      #expect(try Kubeconfig(files: [path]).currentContext == "first")
    }
  }
}
