import MusterCore
import RemoteHosts
import Synchronization

extension ClusterCarrier {
  /// Does a batch, and tells of each of its actions when it begins and ends.
  func carryOut(_ batch: ActionBatch, on machine: String) async -> MachineOutcome {
    let actions = batch.actions
    let stopwatch = Mutex(time.moment())
    let progress = BatchProgress(count: actions.count) { step in
      let now = time.moment()
      let took = stopwatch.withLock { last in
        defer { last = now }
        return now - last
      }
      switch step {
      case .begins: if let first = actions.first { told(.action(first, .begun)) }
      case .done(let index):
        told(.action(actions[index], .done(took: took)))
        if index + 1 < actions.count { told(.action(actions[index + 1], .begun)) }
      }
    }
    do {
      let answer = try await limits.machines.pass { try await send(batch, to: machine, progress) }
      guard answer.status != 0 || progress.done < actions.count else { return .done }
      return fail(batch, machine, progress, code: Self.code(answer, progress), words: lastLine(answer))
    } catch is CancellationError {
      skip(actions[progress.done...], "the run was stopped")
      return .skipped("the run was stopped")
    } catch let error as any CodedError {
      return fail(batch, machine, progress, code: error.codeName, message: hides.hide(error.message))
    } catch {
      return fail(batch, machine, progress, code: "script_failed", words: hides.hide("\(error)"))
    }
  }

  private func send(
    _ batch: ActionBatch, to machine: String, _ progress: BatchProgress
  ) async throws -> RemoteAnswer {
    guard let shell = try shells[machine]?.get() else { throw CancellationError() }
    let script = batch.script(opening: lock.keeps(for: batch.limit)) { progress.hear($0) }
    let stream = ContentStream(contents: batch.contents, folder: folder)
    let length = stream.length
    guard length > 0 else { return try await shell.run(script) }
    return try await shell.run(script, length: length, pieces: stream) { sent in
      told(.upload(machine: machine, bytes: sent, of: length))
    }
  }

  /// - Parameter words: what the machine said, if it was no whole sentence with the machine's name.
  private func fail(
    _ batch: ActionBatch, _ machine: String, _ progress: BatchProgress, code: String, words: String? = nil,
    message: String? = nil
  ) -> MachineOutcome {
    let failed = batch.actions[min(progress.done, batch.actions.count - 1)]
    let message =
      message
      ?? (progress.hasBegun
        ? "\(machine) \(failed.what): \(words ?? "")" : "\(machine): \(words ?? "nothing could be done")")
    told(.action(failed, .failed(message)))
    skip(batch.actions[min(progress.done + 1, batch.actions.count)...], "\(machine) failed before")
    return .failed(code: code, message: message)
  }

  private func lastLine(_ answer: RemoteAnswer) -> String {
    let line = answer.lastErrorLine.map { String($0.prefix(500)) }
    return hides.hide(line ?? "it ended with status \(answer.status) and said nothing")
  }

  private static func code(_ answer: RemoteAnswer, _ progress: BatchProgress) -> String {
    answer.status == MachineLock.heldStatus && !progress.hasBegun ? "machine_locked" : "script_failed"
  }
}
