/// The objects of a cache, and what each reader has yet to be told. No I/O and no locks.
struct CacheStore<Kept: Sendable> {
  private struct Entry {
    var kept: Kept
    var uid: CompactUID
    /// Short versions, as servers have them, live inside the string itself.
    var version: String
  }

  private var entries: [ObjectKey: Entry] = [:]
  /// Each namespace's name once: the names in keys share it.
  private var namespaces: [String: String] = [:]
  /// What has been seen of the list that is being read; nil when none is.
  private var listed: Set<ObjectKey>?
  private var readers: [Int: ReaderQueue<Kept>] = [:]
  private var nextReader = 0
  private(set) var isSynced = false

  var count: Int { entries.count }

  subscript(key: ObjectKey) -> Kept? { entries[key]?.kept }

  var all: [ObjectKey: Kept] { entries.mapValues(\.kept) }

  // MARK: What comes from the server

  /// A list begins, or begins anew.
  mutating func beginList() { listed = [] }

  /// The list is whole: what it did not have is gone.
  mutating func endList() {
    if let listed {
      for key in entries.keys where !listed.contains(key) { remove(key) }
    }
    listed = nil
    guard !isSynced else { return }
    isSynced = true
    for reader in readers.keys { readers[reader]?.addSync() }
  }

  /// An object as it is now; nil for one that is not to be kept.
  mutating func put(_ metadata: ObjectMeta, _ kept: Kept?) {
    let key = key(of: metadata)
    guard let kept else { return remove(key) }
    listed?.insert(key)
    let version = metadata.resourceVersion ?? ""
    let uid = CompactUID(metadata.uid)
    let old = entries[key]
    // Told a second time, as after a list: nothing has changed.
    if let old, !version.isEmpty, old.version == version, old.uid == uid { return }
    entries[key] = Entry(kept: kept, uid: uid, version: version)
    note(key, before: old)
  }

  /// An object that is there and cannot be read: what was known of it stays, unless that was another of the same name.
  mutating func skip(_ metadata: ObjectMeta) {
    let key = key(of: metadata)
    if let uid = metadata.uid, let entry = entries[key], entry.uid != CompactUID(uid) { return remove(key) }
    listed?.insert(key)
  }

  mutating func remove(_ metadata: ObjectMeta) {
    let key = key(of: metadata)
    // Of an older object of the same name, whose successor is here already.
    if let uid = metadata.uid, let entry = entries[key], entry.uid != CompactUID(uid) { return }
    remove(key)
  }

  private mutating func remove(_ key: ObjectKey) {
    guard let old = entries.removeValue(forKey: key) else { return }
    note(key, before: old)
  }

  private mutating func key(of metadata: ObjectMeta) -> ObjectKey {
    let namespace = metadata.namespace ?? ""
    let shared: String
    if let known = namespaces[namespace] {
      shared = known
    } else {
      namespaces[namespace] = namespace
      shared = namespace
    }
    return ObjectKey(namespace: shared, name: metadata.name ?? "")
  }

  private mutating func note(_ key: ObjectKey, before old: Entry?) {
    let known = old.map { ReaderQueue<Kept>.Known(kept: $0.kept, uid: $0.uid) }
    for reader in readers.keys { readers[reader]?.note(key, known: known) }
  }

  // MARK: What goes to readers

  /// A new reader is told of everything that is there.
  mutating func addReader() -> Int {
    var queue = ReaderQueue<Kept>()
    for key in entries.keys { queue.note(key, known: nil) }
    if isSynced { queue.addSync() }
    nextReader += 1
    readers[nextReader] = queue
    return nextReader
  }

  mutating func removeReader(_ reader: Int) { readers[reader] = nil }

  /// The next thing that a reader is told; nil when it knows all.
  mutating func next(for reader: Int) -> CacheChange<Kept>? {
    while let step = readers[reader]?.next() {
      switch step {
      case .synced: return .synced
      case .object(let key, let known):
        let entry = entries[key]
        switch (known, entry) {
        case (nil, nil): continue
        case (nil, let entry?): return .added(key, entry.kept)
        case (let known?, nil): return .removed(key, known.kept)
        case (let known?, let entry?):
          if known.uid == entry.uid { return .changed(key, from: known.kept, to: entry.kept) }
          readers[reader]?.noteFirst(key)
          return .removed(key, known.kept)
        }
      }
    }
    return nil
  }
}
