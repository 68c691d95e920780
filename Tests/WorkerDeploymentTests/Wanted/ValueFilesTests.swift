import Foundation
import MusterCore
import Testing

@testable import WorkerDeployment

/// Files that values name: where they are looked for, and that nothing of a secret is repeated.
@Suite struct ValueFilesTests {
  @Test("A flag that names a file beats the variable, and the variable the file's key")
  func order() throws {
    let files = ["t1": "of-flag", "t2": "of-file"]
    func token(_ environment: [String: String], _ file: String?, _ flags: [String: String]) throws -> String? {
      try Wanted.resolve(environment, file: file, flags: flags, files: files).values.joinToken?.reveal()
    }
    let variable = ["MUSTER_JOIN_TOKEN": "of-variable"]
    #expect(try token(variable, "joinTokenFile: t2", ["joinTokenFile": "t1"]) == "of-flag")
    #expect(try token(variable, "joinTokenFile: t2", [:]) == "of-variable")
    #expect(try token([:], "joinTokenFile: t2", [:]) == "of-file")
    #expect(try token([:], nil, [:]) == nil)
  }

  @Test(
    "A file that cannot be used is named with the reason",
    arguments: [
      ("gone", "workers.yaml:1: workerFile: the file 'gone' cannot be used: there is no such file"),
      ("big", "workers.yaml:1: workerFile: the file 'big' cannot be used: it has over 256 KiB"),
      ("''", "workers.yaml:1: workerFile: '' is no path of a file"),
      ("list", "workers.yaml:1: workerFile: list:1: the file must be a YAML mapping (key: value)"),
    ])
  func unusable(path: String, sentence: String) {
    let files = ["big": String(repeating: "#", count: 300_000), "list": "- a"]
    #expect(Wanted.problems(file: "workerFile: \(path)", files: files) == [sentence])
  }

  @Test("A client.yaml does not say where the coordinator is")
  func upstream() {
    #expect(
      Wanted.problems(file: "clientFile: c.yaml", files: ["c.yaml": "poll_interval: 1\nupstream: http://a\n"]) == [
        "c.yaml:2: upstream: workers are told it by COORDINATOR_EP or COORDINATOR_SERV; remove the line"
      ])
  }

  @Test("Nothing of a token or a password is repeated when it is wrong")
  func secrets() throws {
    let long = String(repeating: "canary", count: 1000)
    let problems =
      Wanted.problems(["MUSTER_JOIN_TOKEN": long, "IMAGE_AUTH_USER": "u", "IMAGE_AUTH_PASSWORD": "canary\u{7}"])
      + Wanted.problems(["IMAGE_AUTH_USER": "u"], flags: ["image.passwordFile": "p"], files: ["p": "canary\ncanary"])
      + Wanted.problems(["COORDINATOR_SERV": "https://canary@a.example"])
    #expect(problems.count == 4)
    #expect(!problems.joined().contains("canary"))
    let resolved = try Wanted.resolve([
      "IMAGE_AUTH_USER": "u", "IMAGE_AUTH_PASSWORD": "canary", "MUSTER_JOIN_TOKEN": "canary",
    ])
    var dumped = ""
    dump(resolved, to: &dumped)
    #expect(!dumped.contains("canary") && !"\(resolved)".contains("canary"))
  }

  @Test("Files of this machine are read up to a bound, and a folder is none")
  func disk() throws {
    let folder = NSTemporaryDirectory() + "worker-values-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data("0123456789".utf8).write(to: URL(fileURLWithPath: "\(folder)/a"))
    #expect(ValueFileReader.disk.read("\(folder)/a", 100) == .bytes(Array("0123456789".utf8)))
    #expect(ValueFileReader.disk.read("\(folder)/a", 4) == .bytes(Array("01234".utf8)))
    #expect(ValueFileReader.disk.read("\(folder)/b", 4) == .unreadable("there is no such file"))
    #expect(ValueFileReader.disk.read(folder, 4) == .unreadable("it is a folder"))
    #expect(ValueFileReader.disk.read("/dev/zero", 4) == .bytes([0, 0, 0, 0, 0]))
  }
}
