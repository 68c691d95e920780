import CoordinatorAPI
import MusterCore
import Terminal

/// One run of `muster run`: the batch, its progress on the screen, and what Ctrl-C does.
struct BatchSession {
  private let command: Run
  private let output: Output
  private let time: any Timekeeper

  init(_ command: Run, output: Output, time: any Timekeeper = SystemTime()) {
    self.command = command
    self.output = output
    self.time = time
  }

  /// How long a second Ctrl-C is waited for after the first.
  static let grace = Duration.seconds(3)
  private static let tick = Duration.milliseconds(250)

  private enum Event: Sendable {
    case tick, graceIsOver
    case interrupt(Interrupt)
    case ended(Result<Void, any Error>)
  }

  /// - Throws: ``CommandError`` when lines failed, ``QuietExit`` when detached, or what stopped the batch.
  func run() async throws {
    let reader = try LineReader(path: command.inputs)
    let file = command.results == "-" ? nil : try await ResultsFile(path: command.results, retries: command.retry)
    let recorded = file?.recorded ?? RecordedLines()
    let total = try await InputLines.count(path: command.inputs)
    let reconnecting = try command.coordinator.reconnecting
    let template = try command.task.template(kind: command.kind, now: time.timestamp())
    let results = output.results
    let batch = BatchRun(
      template: template, reconnecting: reconnecting, retriesEarlier: command.retry, time: time
    ) { outcomes in
      if let file { return try file.append(outcomes) }
      try results.write(bytes: outcomes.flatMap { ResultLine.encode($0) })
    }
    if recorded.count > 0 { output.note("\(Format.count(recorded.count)) results are there already") }
    let name = BatchName(
      given: command.name, kind: command.kind, inputs: command.inputs, namespace: try command.coordinator.namespace)
    let tally = LineTally()
    let lines = InputLines(reader, name: name, recorded: recorded, tally: tally)
    let progress = BatchProgressBar(output, recorded: recorded, tally: tally, total: total, time: time)
    try await follow(batch, lines, progress)
  }

  // MARK: - Events

  private func follow(_ batch: BatchRun, _ lines: InputLines, _ progress: BatchProgressBar) async throws {
    let (events, continuation) = AsyncStream.makeStream(of: Event.self)
    let output = output
    let batchTask = Task {
      let result: Result<Void, any Error>
      do {
        try await batch.run(lines) { _ in
          output.warning("the coordinator has gone; the batch goes on as soon as it answers")
        }
        result = .success(())
      } catch {
        result = .failure(error)
      }
      continuation.yield(.ended(result))
    }
    let interrupts = CommandContext.current.interrupts()
    let helpers = [
      Task { for await interrupt in interrupts { continuation.yield(.interrupt(interrupt)) } },
      Task { [time] in
        while !Task.isCancelled {
          continuation.yield(.tick)
          try await time.sleep(for: BatchSession.tick)
        }
      },
    ]
    defer {
      for task in helpers { task.cancel() }
      batchTask.cancel()
    }
    for await event in events {
      switch event {
      case .tick:
        // A bar that stands above "no coordinator answers" would only hide it.
        let now = await batch.progress
        if now.wasConnected { progress.update(now) }
      case .ended(.success):
        progress.finish(await batch.progress)
        return try report(progress)
      case .ended(.failure(let error)):
        progress.stop(await batch.progress)
        throw error
      case .interrupt(let interrupt):
        batchTask.cancel()
        await batchTask.value
        progress.stop(await batch.progress)
        if await batch.isComplete { return try report(progress) }
        return try await detach(batch, interrupt, events, continuation)
      case .graceIsOver: break
      }
    }
  }

  private func report(_ progress: BatchProgressBar) throws {
    let counts = progress.counts
    guard counts.failed > 0 else { return }
    let place = command.results == "-" ? "" : "; see their 'error' in '\(command.results)'"
    throw CommandError(
      .taskNotDone, "\(Format.count(counts.failed)) of \(Format.count(counts.finished)) tasks were not done\(place)",
      details: ["not_done": "\(counts.failed)", "done": "\(counts.done)"])
  }

  // MARK: - Ctrl-C

  private func detach(
    _ batch: BatchRun, _ interrupt: Interrupt, _ events: AsyncStream<Event>,
    _ continuation: AsyncStream<Event>.Continuation
  ) async throws {
    let accepted = await batch.progress.accepted
    let rest = command.inputs == "-" ? "" : "; the same command again hands in the rest and fetches the results"
    say("detached: \(Format.count(accepted)) tasks go on at \(try place)\(rest)")
    if case .keyboard = interrupt, accepted > 0 {
      say("Ctrl-C again within \(Format.duration(BatchSession.grace)) cancels them")
      let timer = Task { [time] in
        try await time.sleep(for: BatchSession.grace)
        continuation.yield(.graceIsOver)
      }
      defer { timer.cancel() }
      loop: for await event in events {
        switch event {
        case .graceIsOver: break loop
        case .interrupt:
          try await cancel(await batch.unfinished)
          break loop
        case .tick, .ended: break
        }
      }
    }
    throw QuietExit(status: ExitStatus.detached)
  }

  private func cancel(_ ids: [String]) async throws {
    let answers = try await command.coordinator.connected { client in try await client.cancel(ids) }
    let count = answers.count(where: \.changed)
    say("cancelled \(Format.count(count)) tasks; 'muster run --retry' with the same arguments queues them again")
  }

  private var place: String {
    get throws { try command.coordinator.addresses.map(\.description).joined(separator: ",") }
  }

  /// Says it also with `--quiet`, which is about progress.
  private func say(_ text: String) { try? output.messages.write(VisibleText.line(text) + "\n") }
}
