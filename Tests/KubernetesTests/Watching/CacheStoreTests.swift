import SeededDice
import Testing

@testable import Kubernetes

@Suite("What a cache tells its readers")
struct CacheStoreTests {
  func meta(_ name: String, _ version: Int, uid: String? = nil) -> ObjectMeta {
    var metadata = ObjectMeta(name: name, namespace: "lab")
    metadata.uid = uid ?? "uid-\(name)"
    metadata.resourceVersion = String(version)
    return metadata
  }

  func told(_ store: inout CacheStore<Int>, _ reader: Int) -> [String] {
    var told: [String] = []
    while let change = store.next(for: reader) {
      switch change {
      case .added(let key, let value): told.append("+\(key.name)\(value)")
      case .changed(let key, let old, let new): told.append("\(key.name)\(old)>\(new)")
      case .removed(let key, let value): told.append("-\(key.name)\(value)")
      case .synced: told.append("synced")
      }
    }
    return told
  }

  @Test("a reader is told what is there, then that this was all, then what changes")
  func order() {
    var store = CacheStore<Int>()
    let early = store.addReader()
    store.beginList()
    store.put(meta("a", 1), 1)
    #expect(told(&store, early) == ["+a1"])
    store.endList()
    #expect(store.isSynced)
    let late = store.addReader()
    store.put(meta("a", 2), 2)
    #expect(told(&store, early) == ["synced", "a1>2"])
    #expect(told(&store, late) == ["+a2", "synced"])
    store.remove(meta("a", 3))
    #expect(told(&store, late) == ["-a2"])
  }

  @Test("many changes of one object are one to a slow reader, and those that cancel out are none")
  func coalescing() {
    var store = CacheStore<Int>()
    let reader = store.addReader()
    store.put(meta("a", 1), 1)
    #expect(told(&store, reader) == ["+a1"])
    for version in 2...1000 { store.put(meta("a", version), version) }
    #expect(told(&store, reader) == ["a1>1000"])
    store.put(meta("b", 1), 1)
    store.remove(meta("b", 2))
    #expect(told(&store, reader) == [])
  }

  @Test("an object that was replaced by another of its name is removed and added")
  func replaced() {
    var store = CacheStore<Int>()
    let reader = store.addReader()
    store.put(meta("a", 1, uid: "x"), 1)
    #expect(told(&store, reader) == ["+a1"])
    store.remove(meta("a", 2, uid: "x"))
    store.put(meta("a", 3, uid: "y"), 3)
    store.put(meta("a", 4, uid: "y"), 4)
    #expect(told(&store, reader) == ["-a1", "+a4"])
    store.remove(meta("a", 5, uid: "x"))
    #expect(store.count == 1)
  }

  @Test("a second list tells only what is different, and removes what is gone")
  func relist() {
    var store = CacheStore<Int>()
    let reader = store.addReader()
    store.beginList()
    for name in ["a", "b", "c"] { store.put(meta(name, 1), 1) }
    store.endList()
    _ = told(&store, reader)
    store.beginList()
    store.put(meta("a", 1), 1)
    store.put(meta("b", 7), 7)
    store.beginList()
    store.put(meta("a", 1), 1)
    store.put(meta("b", 8), 8)
    store.put(meta("d", 8), 8)
    store.endList()
    #expect(told(&store, reader).sorted() == ["+d8", "-c1", "b1>8"])
    #expect(store.all.keys.map(\.name).sorted() == ["a", "b", "d"])
  }

  @Test("what is not to be kept is not there")
  func filtered() {
    var store = CacheStore<Int>()
    let reader = store.addReader()
    store.put(meta("a", 1), nil)
    #expect(told(&store, reader) == [])
    store.put(meta("a", 2), 2)
    store.put(meta("a", 3), nil)
    store.put(meta("a", 4), 4)
    #expect(told(&store, reader) == ["+a4"])
  }

  @Test("readers that read now and then know in the end what is there, and are told nothing twice", arguments: 0..<20)
  func random(seed: Int) {
    var random = Dice(seed: UInt64(seed))
    var store = CacheStore<Int>()
    var truth: [String: Int] = [:]
    var uids: [String: Int] = [:]
    let readers = (0..<3).map { _ in store.addReader() }
    var known = readers.map { _ in [String: Int]() }
    for version in 1...2000 {
      let name = "n\(Int.random(in: 0..<8, using: &random))"
      if truth[name] != nil && Int.random(in: 0..<3, using: &random) == 0 {
        store.remove(meta(name, version, uid: "\(uids[name] ?? 0)"))
        truth[name] = nil
      } else {
        if truth[name] == nil { uids[name] = version }
        store.put(meta(name, version, uid: "\(uids[name] ?? 0)"), version)
        truth[name] = version
      }
      for reader in 0..<3 where Int.random(in: 0..<(reader * 20 + 1), using: &random) == 0 {
        while let change = store.next(for: readers[reader]) { check(change, &known[reader]) }
        #expect(known[reader] == truth)
      }
    }
  }

  func check(_ change: CacheChange<Int>, _ known: inout [String: Int]) {
    switch change {
    case .added(let key, let value):
      #expect(known.updateValue(value, forKey: key.name) == nil)
    case .changed(let key, let old, let new):
      #expect(old < new)
      #expect(known.updateValue(new, forKey: key.name) == old)
    case .removed(let key, let value): #expect(known.removeValue(forKey: key.name) == value)
    case .synced: Issue.record("nothing was listed")
    }
  }

  @Test("a uid keeps its identity in 16 bytes")
  func uids() {
    #expect(MemoryLayout<CompactUID>.size == 16)
    let uid = "01234567-89ab-cdef-0123-456789abcdef"
    #expect(CompactUID(uid) == CompactUID(uid.uppercased()))
    #expect(CompactUID(uid) != CompactUID("11234567-89ab-cdef-0123-456789abcdef"))
    #expect(CompactUID("no uuid at all") != CompactUID("no uuid at alk"))
    #expect(CompactUID(String(repeating: "a", count: 33)) != CompactUID(String(repeating: "a", count: 32)))
  }
}
