import ArgumentParser

/// `muster task`
struct TaskCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "task", abstract: "Look at tasks and change their course.",
    subcommands: [
      TaskList.self, TaskShow.self, TaskWhy.self, TaskLogs.self, TaskResult.self, TaskWait.self, TaskCancel.self,
      TaskRetry.self, TaskAdopt.self, TaskCount.self,
    ])
}
