import CoordinatorAPI

extension CoordinatorContext {
  /// Has a worker connect anew, to wherever its coordinator's address leads now. What it runs goes on.
  ///
  /// - Returns: whether it was asked, or, because it does not know how, its stream was closed.
  @discardableResult
  func release(_ session: WorkerSession) async -> Muster_V1_Release {
    guard session.facts.moves else {
      session.shut()
      return .closed
    }
    // So that nothing waits for it rather than for another. Before it is asked: it may be back in a moment.
    let name = session.facts.name
    try? await store.setAccepting(false, worker: name)
    hungry.forget(session)
    session.release()
    if let next = registry.live(name), next !== session, !next.isDraining {
      try? await store.setAccepting(true, worker: name)
    }
    return .asked
  }
}
