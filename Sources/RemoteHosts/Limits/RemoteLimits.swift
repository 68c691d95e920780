/// How much goes on at once, over all machines. Share one among all sessions.
public final class RemoteLimits: Sendable {
  /// Machines that are worked on at once.
  public let machines: Turnstile
  /// Streams that are sent at once: past about ten, machines only share the same link.
  public let uploads: Turnstile

  public init(machines: Int = 30, uploads: Int = 8) {
    self.machines = Turnstile(places: machines)
    self.uploads = Turnstile(places: uploads)
  }

  /// Does something for every machine, side by side, as many at once as the limit allows.
  ///
  /// - Returns: what `body` returned or threw, in the order of `items`. Cancelling cancels every `body`, and those that
  ///   have not begun give `CancellationError`.
  public func sideBySide<Item: Sendable, Value: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item) async throws -> Value
  ) async -> [Result<Value, any Error>] {
    await withTaskGroup(of: (Int, Result<Value, any Error>).self) { group in
      for (index, item) in items.enumerated() {
        group.addTask {
          do {
            return (index, .success(try await self.machines.pass { try await body(item) }))
          } catch {
            return (index, .failure(error))
          }
        }
      }
      var results = [Result<Value, any Error>?](repeating: nil, count: items.count)
      for await (index, result) in group { results[index] = result }
      return results.compactMap { $0 }
    }
  }
}
