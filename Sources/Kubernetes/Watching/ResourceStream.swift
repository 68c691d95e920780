/// What comes from a server over time: the events of a watch, the lines of a log.
///
/// Each iteration is a request of its own. It goes on only as fast as it is read, and ends when its iterator goes or
/// when the task is cancelled.
public struct ResourceStream<Element: Sendable>: AsyncSequence, Sendable {
  typealias Give = @Sendable (Element) async throws -> Void

  private let capacity: Int
  private let produce: @Sendable (_ give: @escaping Give) async throws -> Void

  /// - Parameters:
  ///   - capacity: how many elements may wait to be read.
  ///   - produce: runs in a task of its own, which is cancelled when nobody reads.
  init(capacity: Int, _ produce: @escaping @Sendable (_ give: @escaping Give) async throws -> Void) {
    self.capacity = capacity
    self.produce = produce
  }

  public struct AsyncIterator: AsyncIteratorProtocol {
    private let run: Run

    fileprivate init(_ run: Run) { self.run = run }

    public mutating func next() async throws -> Element? { try await run.handoff.take() }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(Run(capacity: capacity, produce)) }

  /// Ends the producer with its reader.
  fileprivate final class Run {
    let handoff: Handoff<Element>
    private let task: Task<Void, Never>

    init(capacity: Int, _ produce: @escaping @Sendable (_ give: @escaping Give) async throws -> Void) {
      let handoff = Handoff<Element>(capacity: capacity)
      self.handoff = handoff
      task = Task {
        do {
          try await produce { try await handoff.give($0) }
          handoff.finish(.success(()))
        } catch {
          handoff.finish(.failure(error))
        }
      }
    }

    deinit { task.cancel() }
  }
}
