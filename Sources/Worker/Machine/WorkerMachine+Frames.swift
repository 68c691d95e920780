import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel

extension WorkerMachine {
  /// When a heartbeat is due if nothing else is sent before.
  var heartbeatDue: Moment { lastSent + heartbeat }

  /// The next frame, with everything in it that is ready and fits; nil if there is nothing to say.
  mutating func nextFrame(now: Moment) -> Muster_V1_WorkerBatch? {
    guard link == .up else { return nil }
    var batch = Muster_V1_WorkerBatch()
    takeStarted(into: &batch)
    takeEnds(into: &batch)
    takeLogs(into: &batch)
    takePiece(into: &batch)
    let isHeartbeat = batch.started.isEmpty && batch.ends.isEmpty && batch.logs.isEmpty && batch.chunks.isEmpty
    if isHeartbeat && !mustAnnounce && now < heartbeatDue {
      isSending = false
      return nil
    }
    if mustAnnounce {
      batch.prefetch = UInt32(clamping: settings.prefetch)
      mustAnnounce = false
    }
    // One that closes its side with attempts in hand does not leave: they go along, also if a drain comes in that moment.
    batch.draining = reasonToTakeNothing != nil && (move != .ready || attempts.isEmpty)
    lastSent = now
    return batch
  }

  /// An attempt that has ended since needs no word that it started: its end says so.
  private mutating func takeStarted(into batch: inout Muster_V1_WorkerBatch) {
    for token in outbox.started {
      guard let held = attempts[token], case .running = held.stage else { continue }
      batch.started.append(held.ref)
    }
    outbox.started.removeAll(keepingCapacity: true)
  }

  private mutating func takeEnds(into batch: inout Muster_V1_WorkerBatch) {
    var bytes = 0
    batch.ends.reserveCapacity(min(outbox.ends.count, settings.limits.frameEnds))
    while bytes < settings.limits.frameBytes, batch.ends.count < settings.limits.frameEnds,
      let token = outbox.ends.popFirst()
    {
      guard case .ended(let end)? = attempts[token]?.stage else { continue }
      batch.ends.append(end.message)
      bytes += end.message.result.count + end.message.error.utf8.count + 64
    }
  }

  private mutating func takeLogs(into batch: inout Muster_V1_WorkerBatch) {
    guard outbox.areLogsDue else { return }
    var room = settings.limits.frameLog
    while room > 0, let token = outbox.logs.popFirst() {
      guard let (text, dropped) = attempts[token]?.log.take(upTo: room) else { continue }
      var entry = Muster_V1_AttemptLog()
      entry.epoch = token.epoch
      entry.number = token.number
      entry.text = text
      entry.dropped = dropped
      batch.logs.append(entry)
      outbox.logBytes -= text.count
      // An entry costs a little even without text, so that thousands of empty ones do not make one huge frame.
      room -= max(text.count, 64)
      if attempts[token]?.log.isEmpty == false { outbox.logs.append(token) } else { queueEnd(token) }
    }
    if outbox.logs.isEmpty { outbox.areLogsDue = false }
  }

  private mutating func takePiece(into batch: inout Muster_V1_WorkerBatch) {
    while let token = outbox.results.popFirst() {
      guard case .ended(var end)? = attempts[token]?.stage else { continue }
      let start = end.payload.startIndex + end.sent
      let piece = end.payload[start..<min(start + settings.limits.chunk, end.payload.endIndex)]
      end.sent += piece.count
      var chunk = Muster_V1_PayloadChunk()
      chunk.epoch = token.epoch
      chunk.number = token.number
      chunk.data = piece
      chunk.last = end.sent == end.payload.count
      attempts[token]?.stage = .ended(end)
      batch.chunks.append(chunk)
      // One result after the other: of hundreds that have begun, a coordinator had to hold all.
      if chunk.last { queueEnd(token) } else { outbox.results.prepend(token) }
      return
    }
  }
}
