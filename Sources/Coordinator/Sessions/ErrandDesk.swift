import MusterCore
import Synchronization
import TaskStore

/// Does what is asked, through other coordinators or this one, of workers that are connected here.
final class ErrandDesk: Sendable {
  typealias Errand = (worker: String, errand: WorkerErrand)

  private let waiting = Mutex<[Errand]>([])
  private let bell = Bell()
  private let context: CoordinatorContext
  private let sharing: any SharedStore

  /// An errand for a worker that is between two connections, or has just gone to another coordinator, follows it after this.
  private static let pause: Duration = .milliseconds(500)

  init(context: CoordinatorContext, sharing: any SharedStore) {
    self.context = context
    self.sharing = sharing
  }

  func add(_ errands: [Errand]) {
    waiting.withLock { $0 += errands }
    bell.ring()
  }

  /// Until cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let errands = waiting.withLock { waiting in
          defer { waiting = [] }
          return waiting
        }
        if errands.isEmpty { await bell.wait() }
        for (worker, errand) in errands {
          switch errand {
          case .resume: await context.conduct.resume(worker: worker)
          case .release:
            // One that is not here any more has connected anew.
            if let session = context.registry.live(worker) { await context.release(session) }
          case .drain:
            if let session = context.registry.live(worker) {
              session.drain()
              // If this fails, the worker's own word that it drains does the same.
              try? await context.store.setAccepting(false, worker: worker)
            } else {
              group.addTask { await self.sendOn(worker, errand) }
            }
          }
        }
      }
    }
  }

  /// Ends when the worker has it, or when there is no such worker any more.
  private func sendOn(_ worker: String, _ errand: WorkerErrand) async {
    while true {
      do { try await context.time.sleep(for: Self.pause) } catch { return }
      do {
        _ = try await sharing.post(errand, to: worker)
        return
      } catch {
        continue
      }
    }
  }
}
