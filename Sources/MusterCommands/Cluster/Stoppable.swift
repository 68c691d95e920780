import Terminal

/// Work that Ctrl-C stops in an orderly way: it is cancelled, and may still say what became of it. A second Ctrl-C ends the program.
enum Stoppable {
  static func run<Value: Sendable>(
    _ output: Output, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let context = CommandContext.current
    let interrupts = context.interrupts()
    let task = Task { try await work() }
    let watcher = Task {
      var isFirst = true
      for await _ in interrupts {
        guard isFirst else { return context.quit(ExitStatus.detached) }
        isFirst = false
        output.note("stopping; Ctrl-C again ends at once")
        task.cancel()
      }
    }
    defer { watcher.cancel() }
    return try await withTaskCancellationHandler {
      do {
        return try await task.value
      } catch is CancellationError {
        throw QuietExit(status: ExitStatus.detached)
      }
    } onCancel: {
      task.cancel()
    }
  }
}
