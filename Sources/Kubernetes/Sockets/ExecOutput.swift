/// The output of an ``ExecSession``. Read by one task; a second iteration goes on where the first stopped.
public struct ExecOutput: AsyncSequence, Sendable {
  public typealias Element = ExecSession.Output
  let session: ExecSession

  public struct AsyncIterator: AsyncIteratorProtocol {
    let session: ExecSession

    public mutating func next() async throws -> ExecSession.Output? { try await session.next() }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(session: session) }
}
