import CoordinatorAPI
import GRPCCore
import MusterCore
import TaskModel
import TaskStore

/// Which tasks a caller may see and change.
///
/// A task of another namespace is treated as one that does not exist: whoever may not see it is not told that it is there.
struct Scope: Sendable {
  let store: any TaskStore
  /// Nil: all tasks.
  let namespace: String?

  init(_ caller: Caller, _ store: any TaskStore) {
    namespace = caller.namespace
    self.store = store
  }

  func covers(_ task: TaskRecord) -> Bool {
    namespace.map { task.labels[ReservedLabel.namespace] == $0 } ?? true
  }

  func covers(_ id: TaskID) async throws -> Bool { try await own(among: [id]) == [id] }

  /// Those that exist and are the caller's. Of one who may see all: all, whether they exist or not.
  ///
  /// What does not exist yet is not his: between this look and what is done then, another may hand in a task of that id.
  func own(among ids: [TaskID]) async throws -> Set<TaskID> {
    guard let namespace, !ids.isEmpty else { return Set(ids) }
    return Set(try await store.namespaces(of: ids).filter { $0.value == namespace }.keys)
  }

  /// Those that exist and are not the caller's.
  func foreign(among ids: [TaskID]) async throws -> Set<TaskID> {
    guard let namespace, !ids.isEmpty else { return [] }
    return Set(try await store.namespaces(of: ids).filter { $0.value != namespace }.keys)
  }
}
