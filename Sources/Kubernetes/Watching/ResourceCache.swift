import Logging
import MusterCore
import Synchronization

/// Objects of one kind, kept as they are in the cluster: listed once, and then watched.
///
/// ``run()`` keeps it up, whatever happens to connections and to the server: nothing is missed, nothing comes twice, and
/// the server is asked ever less often while it fails. An object that cannot be read is told to the logger and skipped:
/// what was known of it before stays. What is kept of an object is chosen by the caller, so that many
/// objects need little memory; ``ResourceClient/reading(_:)`` with a type of few fields also spares the reading of the
/// rest.
public final class ResourceCache<Kept: Sendable>: Sendable {
  private struct State {
    var store = CacheStore<Kept>()
    var bells: [Int: Bell] = [:]
    var nextBell = 0
    /// Set when the cache is no longer kept up.
    var end: Result<Void, any Error>?
  }

  private let state = Mutex(State())
  private let keepUp: @Sendable (ResourceCache<Kept>) async throws -> Void

  /// - Parameters:
  ///   - resources: which objects.
  ///   - options: selectors; the limit is the size of a page; the version is for the first list alone.
  ///   - logger: is told of interruptions.
  ///   - keep: what is kept of an object; nil: nothing, as if it were not there. Must give the same for the same. An
  ///     object for which it throws an error is skipped, as one that cannot be read.
  public init<Object: KubernetesObject>(
    _ resources: ResourceClient<Object>, _ options: ListOptions = ListOptions(),
    settings: WatchSettings = WatchSettings(), logger: Logger? = nil,
    keep: @escaping @Sendable (Object) throws -> Kept?
  ) {
    keepUp = { cache in
      let report: @Sendable (UnreadableObject) -> Void = { object in
        logger?.warning(
          "an object cannot be read and is skipped",
          metadata: [
            "resource": "\(resources.resource.plural)", "namespace": "\(object.metadata?.namespace ?? "")",
            "name": "\(object.metadata?.name ?? "")", "error": "\(object.error)",
          ])
      }
      var loop = WatchLoop(resources: resources, options: options, settings: settings, logger: logger)
      loop.unreadable = { object, isDeleted in
        report(object)
        cache.skip(object, isDeleted: isDeleted)
      }
      let hasListed = Mutex(false)
      try await loop.run(from: nil) {
        var options = options
        options.limit = options.limit ?? settings.pageSize
        let isFirst = hasListed.withLock { hasListed in
          defer { hasListed = true }
          return !hasListed
        }
        if !isFirst {
          // What the caller is content with is older than what the cache has by now.
          options.resourceVersion = nil
          options.resourceVersionMatch = nil
        }
        return try await cache.fill(from: resources.pages(options), report, keep)
      } event: { event in
        cache.take(event, report, keep)
      }
    }
  }

  /// Keeps objects as they are read.
  public convenience init(
    _ resources: ResourceClient<Kept>, _ options: ListOptions = ListOptions(),
    settings: WatchSettings = WatchSettings(), logger: Logger? = nil
  ) where Kept: KubernetesObject {
    self.init(resources, options, settings: settings, logger: logger) { $0 }
  }

  /// Keeps the cache up until the task is cancelled. Run it once.
  ///
  /// - Throws: `CancellationError`; ``KubernetesError`` for what does not mend itself: a request that is refused from the
  ///   first, answers that are none of an API server from the first. Readers and those who wait then get the same error.
  public func run() async throws {
    do {
      try await keepUp(self)
      end(.success(()))
    } catch let error as CancellationError {
      // The cache's end is no error of its readers.
      end(.success(()))
      throw error
    } catch {
      end(.failure(error))
      throw error
    }
  }

  // MARK: What is there

  /// Whether the cache has been filled. What it holds may be a moment old from then on, and never wrong.
  public var isSynced: Bool { state.withLock { $0.store.isSynced } }
  public var count: Int { state.withLock { $0.store.count } }
  public subscript(key: ObjectKey) -> Kept? { state.withLock { $0.store[key] } }
  public subscript(namespace: String, name: String) -> Kept? { self[ObjectKey(namespace: namespace, name: name)] }
  /// All objects as they are at this moment.
  public func snapshot() -> [ObjectKey: Kept] { state.withLock { $0.store.all } }

  /// Returns when the cache has been filled.
  ///
  /// - Throws: `CancellationError`; what ended ``run()``.
  public func waitForSync() async throws {
    let (id, bell) = addBell()
    defer { removeBell(id) }
    while true {
      try Task.checkCancellation()
      let (isSynced, end) = state.withLock { ($0.store.isSynced, $0.end) }
      if isSynced { return }
      if let end {
        try end.get()
        throw CancellationError()
      }
      await bell.wait()
    }
  }

  /// What is there, and then every change; each iteration is a reader of its own.
  ///
  /// A reader that is slow costs no more memory than one entry an object, for it is told of several changes as of one.
  public func changes() -> CacheChanges<Kept> { CacheChanges(cache: self) }

  // MARK: Readers

  func addReader() -> (id: Int, bellID: Int, bell: Bell) {
    let (bellID, bell) = addBell()
    return (state.withLock { $0.store.addReader() }, bellID, bell)
  }

  func removeReader(_ id: Int, bellID: Int) {
    state.withLock { $0.store.removeReader(id) }
    removeBell(bellID)
  }

  /// The next change for a reader, and whether more can come.
  func next(for reader: Int) throws -> (change: CacheChange<Kept>?, isOver: Bool) {
    let (change, end) = state.withLock { ($0.store.next(for: reader), $0.end) }
    if change == nil { try end?.get() }
    return (change, end != nil)
  }

  private func addBell() -> (Int, Bell) {
    let bell = Bell()
    return state.withLock { state in
      state.nextBell += 1
      state.bells[state.nextBell] = bell
      return (state.nextBell, bell)
    }
  }

  private func removeBell(_ id: Int) { state.withLock { $0.bells[id] = nil } }

  // MARK: What comes

  private func fill<Object: KubernetesObject>(
    from pages: ResourcePages<Object>, _ report: (UnreadableObject) -> Void, _ keep: (Object) throws -> Kept?
  ) async throws -> String {
    var version = ""
    for try await reader in pages.readers {
      var skipped: [UnreadableObject] = []
      let page = try reader.list { skipped.append($0) }
      var items: [(ObjectMeta, Kept?)] = []
      for object in page.items {
        do {
          items.append((object.metadata, try keep(object)))
        } catch {
          skipped.append(UnreadableObject(object.metadata, error))
        }
      }
      change { store in
        if page.isFirst { store.beginList() }
        for (metadata, kept) in items { store.put(metadata, kept) }
        for metadata in skipped.compactMap(\.metadata) { store.skip(metadata) }
      }
      for object in skipped { report(object) }
      version = page.resourceVersion
    }
    guard !version.isEmpty else {
      throw KubernetesError(
        .badAnswer,
        "the API server sent a list without a resourceVersion, from which it could be watched; "
          + "look whether what answers is an API server, or list these objects instead of caching them")
    }
    change { $0.endList() }
    return version
  }

  private func take<Object: KubernetesObject>(
    _ event: WatchEvent<Object>, _ report: (UnreadableObject) -> Void, _ keep: (Object) throws -> Kept?
  ) {
    switch event {
    case .added(let object), .modified(let object):
      do {
        let kept = try keep(object)
        change { $0.put(object.metadata, kept) }
      } catch {
        let skipped = UnreadableObject(object.metadata, error)
        report(skipped)
        skip(skipped, isDeleted: false)
      }
    case .deleted(let object): change { $0.remove(object.metadata) }
    case .bookmark: break
    }
  }

  private func skip(_ object: UnreadableObject, isDeleted: Bool) {
    guard let metadata = object.metadata else { return }
    change { isDeleted ? $0.remove(metadata) : $0.skip(metadata) }
  }

  private func change(_ body: (inout CacheStore<Kept>) -> Void) {
    let bells = state.withLock { state in
      body(&state.store)
      return state.bells
    }
    for bell in bells.values { bell.ring() }
  }

  private func end(_ result: Result<Void, any Error>) {
    let bells = state.withLock { state in
      state.end = result
      return state.bells
    }
    for bell in bells.values { bell.ring() }
  }
}
