import Foundation
import MusterCore
import Testing
import Worker

@testable import MusterCommands

/// `muster worker check`
@Suite struct WorkerCheckTests {
  private func write(
    _ state: ReadinessRecord.State, to path: String, process: Int32 = getpid(), age: Duration = .zero,
    failure: String? = nil
  ) throws {
    let now = SystemTime().timestamp()
    let record = ReadinessRecord(
      state: state, since: now, coordinator: "c1:80", failure: failure, process: process,
      heartbeat: Timestamp(milliseconds: now.milliseconds - age.wholeMilliseconds))
    try JSONEncoder().encode(record).write(to: URL(filePath: path))
  }

  @Test func aReadyWorkerIsReadyInSilence() async throws {
    try await withFolder { folder in
      let path = folder + "/ready"
      try write(.connected, to: path)
      for arguments in [["--ready-file", path], ["--ready-file", path, "--alive"]] {
        let said = await muster(["worker", "check"] + arguments)
        #expect(said.status == 0 && said.results.isEmpty && said.messages.isEmpty, "\(said.messages)")
      }
      #expect(await muster("worker", "check", environment: ["MUSTER_READY_FILE": path]).status == 0)
    }
  }

  @Test func oneThatIsNotSaysWhyInOneSentence() async throws {
    try await withFolder { folder in
      let path = folder + "/ready"
      try write(.connecting, to: path, failure: "connection refused")
      let said = await muster("worker", "check", "--ready-file", path)
      #expect(said.status == 1 && said.results.isEmpty)
      #expect(
        said.messages
          == "error: The worker has no connection to the coordinator at c1:80 since 0 s: connection refused.\n")
      #expect(await muster("worker", "check", "--ready-file", path, "--alive").status == 0)
      try write(.draining, to: path)
      #expect(await muster("worker", "check", "--ready-file", path).status == 1)
      #expect(await muster("worker", "check", "--ready-file", path, "--alive").status == 0)
    }
  }

  @Test func oneThatIsDeadOrSilentIsNotAlive() async throws {
    try await withFolder { folder in
      let path = folder + "/ready"
      // No process has this number: it is over the kernel's largest.
      try write(.connected, to: path, process: 1 << 30)
      #expect(
        await muster("worker", "check", "--ready-file", path, "--alive").messages.contains("does not run any more"))
      try write(.connected, to: path, age: .seconds(60))
      #expect(await muster("worker", "check", "--ready-file", path, "--alive").messages.contains("has not written"))
      try MusterCommandsTests.write("nonsense", to: path)
      #expect(await muster("worker", "check", "--ready-file", path).messages.contains("is not the ready file"))
      #expect(
        await muster("worker", "check", "--ready-file", folder + "/none").messages.contains("There is no ready file"))
      #expect(await muster("worker", "check").messages.contains("--ready-file FILE (MUSTER_READY_FILE)"))
    }
  }

  @Test func aFileThatCannotBeWrittenEndsTheWorker() async throws {
    try await withFolder { folder in
      try MusterCommandsTests.write(UpTests.kinds, to: folder + "/muster.yaml")
      let worker = RunningDaemon([
        "worker", "run", "-c", folder + "/muster.yaml", "--state", folder + "/state", "--ready-file",
        folder + "/none/ready",
      ])
      #expect(await worker.status == 1)
      #expect(worker.messages.contents.contains("/none/ready' cannot be written: No such file"))
    }
  }
}
