import ArgumentParser

/// `muster worker`
struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Look at workers, steer them, and be one.",
    subcommands: [
      WorkerList.self, WorkerShow.self, WorkerDrain.self, WorkerResume.self, WorkerRevoke.self, WorkerJoin.self,
      WorkerRun.self, WorkerCheck.self, WorkerRelease.self,
    ])
}
