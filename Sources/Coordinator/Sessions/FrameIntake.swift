import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import TaskModel
import TaskStore

/// Turns a worker's frames into what its session takes: puts chunked results together, bounds logs.
///
/// Used by one stream's reader only.
final class FrameIntake {
  private let session: WorkerSession
  private let context: CoordinatorContext
  private var partial: [Token: Data] = [:]
  private var logged: [Token: LogAllowance] = [:]
  /// Of the coordinator's ``TransferBudget``.
  private var taken = 0

  private struct LogAllowance {
    var kept = 0
    /// Dropped since the last piece that was kept.
    var untold: UInt64 = 0
  }

  init(session: WorkerSession, context: CoordinatorContext) {
    self.session = session
    self.context = context
  }

  deinit { context.transfers.giveBack(taken) }

  func take(_ batch: Muster_V1_WorkerBatch) async throws {
    if batch.started.isEmpty && batch.ends.isEmpty && batch.logs.isEmpty && batch.chunks.isEmpty && !batch.draining {
      return session.heard()
    }
    for chunk in batch.chunks { try await take(chunk) }
    var logs = batch.logs.compactMap(piece)
    var ends: [EndReport] = []
    ends.reserveCapacity(batch.ends.count)
    for end in batch.ends {
      ends.append(try await report(end))
      // Said once at the end, how much more was left out than the log says so far.
      let token = Token(epoch: end.epoch, number: end.number)
      if let allowance = logged.removeValue(forKey: token), allowance.untold > 0 {
        logs.append(LogPiece(token: token, text: Data(), dropped: allowance.untold))
      }
    }
    try await session.receive(
      started: batch.started.map(Token.init), ends: ends, logs: logs, draining: batch.draining)
  }

  private func take(_ chunk: Muster_V1_PayloadChunk) async throws {
    let token = Token(epoch: chunk.epoch, number: chunk.number)
    guard session.mayBring(token) else {
      throw RPCError(code: .invalidArgument, message: "a worker sent the result of an attempt that is none of its own")
    }
    let size = (partial[token]?.count ?? 0) + chunk.data.count
    guard size <= context.configuration.maxResult, partial.count < 4096 else {
      throw RPCError(
        code: .resourceExhausted,
        message: "a worker sent a result over the \(context.configuration.maxResult) bytes that the welcome allowed")
    }
    // What all share is not one's alone.
    guard taken + chunk.data.count <= max(2 * context.configuration.maxResult, context.configuration.maxTransfer / 4)
    else {
      throw RPCError(
        code: .resourceExhausted, message: "a worker sends too many large results at once; it must end some first")
    }
    let deadline = context.time.moment() + TransferBudget.patience
    while !context.transfers.take(chunk.data.count) {
      guard context.time.moment() < deadline else {
        throw RPCError(
          code: .unavailable, message: "too many large results are on their way in; connect and send again")
      }
      // It is we who do not listen: its session must not end for that.
      session.heard()
      try await context.time.sleep(for: .milliseconds(20))
    }
    taken += chunk.data.count
    partial[token, default: Data()].append(chunk.data)
  }

  private func release(_ bytes: Int) {
    context.transfers.giveBack(bytes)
    taken -= bytes
  }

  private func report(_ end: Muster_V1_AttemptEnd) async throws -> EndReport {
    let token = Token(epoch: end.epoch, number: end.number)
    guard let kind = EndReport.End(end.outcome) else {
      throw RPCError(code: .invalidArgument, message: "a worker reported an attempt's end without an outcome")
    }
    var report = EndReport(
      token: token, end: kind, error: String(end.error.prefix(4096)), exitCode: end.exitCode,
      runNanoseconds: end.runNanoseconds, peakMemory: end.peakMemory)
    let chunked = partial.removeValue(forKey: token)
    defer { release(chunked?.count ?? 0) }
    guard kind == .done else { return report }
    let result = chunked ?? end.result
    guard result.count == Int(clamping: max(end.resultSize, UInt64(end.result.count))) else {
      throw RPCError(
        code: .invalidArgument,
        message: "a worker announced a result of \(end.resultSize) bytes and sent \(result.count)")
    }
    guard result.count <= context.configuration.maxResult else {
      report.end = .failed
      report.error =
        "the result has \(result.count) bytes and the limit is \(context.configuration.maxResult) (maxResult)"
      return report
    }
    // A full disk must not cost the result: the worker has it until it is answered, so try until it is kept.
    while true {
      do {
        report.result = try await context.store.keep(result)
        return report
      } catch let error as StoreError {
        context.logger.error("a large result was not kept; trying again: \(error.message)")
        session.heard()
        try await context.time.sleep(for: .seconds(1))
      }
    }
  }

  private func piece(_ log: Muster_V1_AttemptLog) -> LogPiece? {
    let token = Token(epoch: log.epoch, number: log.number)
    // It could name another worker's attempt, and write into its log.
    guard session.isHolding(token) else { return nil }
    var allowance = logged[token] ?? LogAllowance()
    defer { logged[token] = allowance }
    let room = max(context.configuration.maxLog - allowance.kept, 0)
    let text = log.text.prefix(room)
    allowance.kept += text.count
    // What a worker claims to have left out is a number of its choice.
    let dropped = Self.sum(allowance.untold, log.dropped)
    guard !text.isEmpty else {
      allowance.untold = Self.sum(dropped, UInt64(log.text.count))
      return nil
    }
    allowance.untold = UInt64(log.text.count - text.count)
    return LogPiece(token: token, text: Data(text), dropped: dropped)
  }

  private static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }
}
