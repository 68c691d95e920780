import Foundation
import MusterCore
import Testing

@testable import WorkerDeployment

/// Real git in real repositories.
@Suite(.serialized) struct StageTests {
  @Test("The stage is the short commit, with -dirty when tracked files differ")
  func commit() async throws {
    try await Checkout.with { checkout in
      #expect(try await checkout.stage() == nil)
      try checkout.git("init", "-q")
      #expect(try await checkout.stage() == nil, "no commit yet")
      try checkout.write("a", "1")
      try checkout.commit()
      let commit = try checkout.git("rev-parse", "--short", "HEAD")
      #expect(try await checkout.stage() == commit)
      try checkout.write("untracked", "1")
      #expect(try await checkout.stage() == commit)
      try checkout.write("sub/b", "1")
      #expect(try await checkout.stage(in: "sub") == commit)
      try checkout.write("a", "2")
      #expect(try await checkout.stage() == "\(commit)-dirty")
      try checkout.write("a", "1")
      #expect(try await checkout.stage() == commit, "touched and the same")
      try checkout.write("c", "1")
      try checkout.git("add", "c")
      #expect(try await checkout.stage(in: "sub") == "\(commit)-dirty")
    }
  }

  @Test("Without git there is no stage, nor from a hook's variables")
  func noGit() async throws {
    try await Checkout.with { checkout in
      try checkout.git("init", "-q")
      try checkout.write("a", "1")
      try checkout.commit()
      #expect(try await Stage.find(in: checkout.path, environment: ["PATH": "/nonexistent"]) == nil)
      let other = "\(checkout.path)-other"
      try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: other) }
      var environment = checkout.environment
      environment["GIT_DIR"] = "\(checkout.path)/.git"
      #expect(try await Stage.find(in: other, environment: environment) == nil)
    }
  }

  @Test("Nothing runs that the repository's own configuration names")
  func hostile() async throws {
    try await Checkout.with { checkout in
      try checkout.git("init", "-q")
      try checkout.write(".gitattributes", "* filter=evil diff=evil\n")
      try checkout.write("a", "1")
      try checkout.commit()
      let commit = try checkout.git("rev-parse", "--short", "HEAD")
      let trap = try checkout.write("trap", "#!/bin/sh\ntouch '\(checkout.path)/sprung'\ncat\n", isProgram: true)
      for (key, value) in [
        ("core.fsmonitor", trap), ("filter.evil.clean", trap), ("filter.evil.process", trap),
        ("filter.evil.smudge", trap),
        ("filter.evil.required", "true"), ("diff.external", trap), ("diff.evil.command", trap),
        ("diff.evil.textconv", trap),
        ("core.pager", trap), ("core.sshCommand", trap), ("core.alternateRefsCommand", trap),
        ("status.submoduleSummary", "true"),
      ] { try checkout.git("config", key, value) }
      try checkout.write(
        ".git/hooks/post-index-change", "#!/bin/sh\ntouch '\(checkout.path)/sprung'\n", isProgram: true)
      // Touched, so that git has to compare what is in the files.
      try checkout.write("a", "1")
      try checkout.write(".gitattributes", "* filter=evil diff=evil\n")
      #expect(try await checkout.stage() == commit)
      try checkout.write("a", "2")
      #expect(try await checkout.stage() == "\(commit)-dirty")
      #expect(!FileManager.default.fileExists(atPath: "\(checkout.path)/sprung"))
      // The trap works: git by itself runs into it.
      try checkout.git("status")
      #expect(FileManager.default.fileExists(atPath: "\(checkout.path)/sprung"))
      // What cannot be turned off by its name is not asked for.
      try checkout.git("config", "filter.a=b.clean", trap)
      #expect(try await checkout.stage() == nil)
    }
  }

  @Test("A git that does not answer is ended, and the user is asked for a stage")
  func slow() async throws {
    try await Checkout.with { checkout in
      try checkout.write("bin/git", "#!/bin/sh\n: >'\(checkout.path)/started'\nexec sleep 600\n", isProgram: true)
      let time = ManualTime()
      let folder = checkout.path
      let finding = Task {
        try await Stage.find(in: folder, environment: ["PATH": "\(folder)/bin:/usr/bin:/bin"], time: time)
      }
      while time.sleeperCount == 0 || !FileManager.default.fileExists(atPath: "\(folder)/started") {
        try await Task.sleep(for: .milliseconds(5))
      }
      time.advance(by: .seconds(30))
      let error = await #expect(throws: WorkerDeploymentError.self) { try await finding.value }
      #expect(error?.message == "STAGE is not set, and git did not answer within 30s in '\(folder)'; set STAGE")
    }
  }
}

/// A folder of one test, in which git runs without the configuration of this machine's user.
private struct Checkout {
  let path: String

  var environment: [String: String] {
    ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": path]
  }

  static func with(_ body: (Checkout) async throws -> Void) async throws {
    let checkout = Checkout(path: NSTemporaryDirectory() + "worker-stage-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: checkout.path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: checkout.path) }
    try await body(checkout)
  }

  func stage(in folder: String = ".") async throws -> String? {
    try await Stage.find(in: "\(path)/\(folder)", environment: environment)
  }

  @discardableResult func write(_ name: String, _ text: String, isProgram: Bool = false) throws -> String {
    let file = "\(path)/\(name)"
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    if isProgram { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file) }
    return file
  }

  func commit() throws {
    try git("add", ".")
    try git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "a")
  }

  @discardableResult func git(_ arguments: String...) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git", "-C", path] + arguments
    process.environment = environment
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
