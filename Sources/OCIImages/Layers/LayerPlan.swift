/// Which entries a layer has, sorted: no file is read yet.
struct LayerPlan: Sendable {
  struct Item: Sendable, Hashable {
    enum Content: Sendable, Hashable {
      /// - Parameter follows: whether a link in its place may be followed: who named the file meant what it leads to.
      case file(source: String, size: Int64, follows: Bool)
      case bytes([UInt8])
      case directory
      case symbolicLink(target: String)
    }

    var content: Content
    var mode: UInt16
    var owner: LayerOwner
  }

  /// In front of the name of a file that a layer takes away.
  static let whiteout = ".wh."
  static let opaque = ".wh..wh..opq"

  static func isWhiteout(_ name: some Sequence<UInt8>) -> Bool { name.starts(with: whiteout.utf8) }

  private var items: [ArchivePath: Item] = [:]

  /// Sorted: folders before what is in them, whiteouts before their siblings.
  var entries: [(path: ArchivePath, item: Item)] {
    items.map { (path: $0.key, item: $0.value) }.sorted { $0.path < $1.path }
  }

  var directories: Set<ArchivePath> { Set(items.filter { $0.value.content == .directory }.keys) }

  /// - Throws: ``OCIError`` (`bad_image_recipe`).
  mutating func put(_ item: Item, at path: ArchivePath) throws(OCIError) {
    if path.isRoot, item.content != .directory {
      throw OCIError(.badRecipe, "the root of an image is a folder; say at which path the file is to be")
    }
    for name in path.components where Self.isWhiteout(name.utf8) {
      throw OCIError(
        .badRecipe, "'\(path)' cannot be put into a layer: a name that begins with '.wh.' takes a file away there")
    }
    if let before = items[path], (before.content == .directory) != (item.content == .directory) {
      throw OCIError(.badRecipe, "'\(path)' is to be a folder and something else at once")
    }
    items[path] = item
  }

  /// - Parameter content: `removed` or `emptied`.
  mutating func takeAway(_ path: ArchivePath, all: Bool) throws(OCIError) {
    guard !path.isRoot || all else { throw OCIError(.badRecipe, "the root of an image cannot be removed") }
    let mark = all ? path.appending(Self.opaque) : path.parent.appending(Self.whiteout + path.name)
    items[mark] = Item(content: .bytes([]), mode: 0o644, owner: .root)
    if all { items[path] = items[path] ?? Item(content: .directory, mode: 0o755, owner: .root) }
  }

  /// Adds the folders above everything, so that no program has to guess their owner and mode.
  ///
  /// - Parameter isThere: folders that lower layers have: an entry here would change their mode, or put a folder where they have a link.
  mutating func addParents(unless isThere: (ArchivePath) -> Bool) throws(OCIError) {
    for path in Array(items.keys) {
      var parent = path.parent
      while !parent.isRoot {
        if let above = items[parent] {
          guard above.content == .directory else {
            throw OCIError(.badRecipe, "'\(path)' cannot be below '\(parent)', which is to be no folder")
          }
        } else if !isThere(parent) {
          items[parent] = Item(content: .directory, mode: Self.usualMode(parent), owner: .root)
        }
        parent = parent.parent
      }
    }
    for path in items.keys where items[path.parent.appending(Self.whiteout + path.name)] != nil {
      throw OCIError(.badRecipe, "'\(path)' is to be removed and to be there at once")
    }
  }

  /// Refuses entries below folders that are links in most images: an unpacker that lays layers over each other would put a folder in the link's
  /// place, and hide all that the base has behind it.
  ///
  /// - Parameter real: of ``linkedFolders``: those known to be folders.
  /// - Throws: ``OCIError`` (`bad_image_recipe`).
  func checkLinks(except real: Set<String>) throws(OCIError) {
    let risky = Self.linkedFolders.subtracting(real.map { $0.trimmingPrefix("/") }.map(String.init))
    for (path, item) in items {
      var above = item.content == .directory ? path : path.parent
      while !above.isRoot, !risky.contains(above.description) { above = above.parent }
      if above.isRoot { continue }
      throw OCIError(
        .badRecipe,
        """
        '/\(path)' is below '/\(above)', which is a link in most base images, and a folder in its place would hide what is behind it; \
        put the file under /usr or /opt, or build from scratch, or say that the base has a real folder there
        """, details: ["path": path.description])
    }
  }

  private static func usualMode(_ folder: ArchivePath) -> UInt16 {
    switch folder.description {
    case "tmp", "var/tmp", "dev/shm": 0o1777
    case "root": 0o700
    default: 0o755
    }
  }

  /// Folders that many systems have as links: into `usr` and to `run`.
  static let linkedFolders: Set<String> = [
    "bin", "sbin", "lib", "lib32", "lib64", "libx32", "var/run", "var/lock",
  ]

  /// Folders that an image which is no empty one has, many of them as links to others.
  static let usualFolders: Set<String> = [
    "bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "media", "mnt", "opt", "proc", "root",
    "run",
    "sbin", "srv", "sys", "tmp", "usr", "usr/bin", "usr/lib", "usr/lib32", "usr/lib64", "usr/libx32", "usr/local",
    "usr/local/bin", "usr/local/lib", "usr/local/sbin", "usr/sbin", "usr/share", "var", "var/cache", "var/lib",
    "var/lock", "var/log", "var/run", "var/tmp",
  ]
}
