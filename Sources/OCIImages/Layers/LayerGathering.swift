import Foundation

/// Finds the files of a layer on this machine.
enum LayerGathering {
  /// - Parameters:
  ///   - below: folders that lower layers of the recipe have.
  ///   - hasBase: whether there are unknown ones below, those of a base image.
  ///   - realFolders: of those that are links in most bases: which are none in this one.
  /// - Throws: ``OCIError``: `bad_image_recipe`, `image_file`, `image_not_found`.
  static func plan(
    _ recipe: LayerRecipe, below: Set<ArchivePath>, hasBase: Bool, realFolders: Set<String> = [],
    _ cancellation: Offload.Cancellation
  ) throws(OCIError) -> LayerPlan {
    var plan = LayerPlan()
    for content in recipe.contents {
      try cancellation.check()
      let path = try imagePath(content.path)
      switch content.kind {
      case .copy(let source): try copy(source, to: path, content, isTop: true, hasBase: hasBase, &plan, cancellation)
      case .bytes(let bytes):
        try plan.put(item(.bytes(bytes), content, 0o644), at: path)
      case .directory:
        // Given exactly, it is taken exactly: nobody copies anything.
        var mode = content.mode.bits(0o755, isDirectory: true)
        if case .exactly(let bits) = content.mode { mode = bits & 0o7777 }
        try plan.put(LayerPlan.Item(content: .directory, mode: mode, owner: content.owner), at: path)
      case .symbolicLink(let target):
        try plan.put(try link(target, content), at: path)
      case .removed: try plan.takeAway(path, all: false)
      case .emptied: try plan.takeAway(path, all: true)
      }
    }
    try plan.addParents { path in
      below.contains(path) || (hasBase && LayerPlan.usualFolders.contains(path.description))
    }
    if hasBase { try plan.checkLinks(except: realFolders) }
    return plan
  }

  private static func imagePath(_ path: String) throws(OCIError) -> ArchivePath {
    do {
      return try ArchivePath(path)
    } catch {
      throw OCIError(.badRecipe, "a path in an image is wrong: \(error.message)")
    }
  }

  private static func item(_ content: LayerPlan.Item.Content, _ given: LayerContent, _ mode: UInt16) -> LayerPlan.Item {
    LayerPlan.Item(
      content: content, mode: given.mode.bits(mode, isDirectory: content == .directory), owner: given.owner)
  }

  private static func link(_ target: String, _ given: LayerContent) throws(OCIError) -> LayerPlan.Item {
    guard !target.isEmpty, target.utf8.count <= ArchivePolicy.maximumPath, !target.utf8.contains(0) else {
      throw OCIError(.badRecipe, "the link '\(given.path.prefix(200))' leads nowhere: its target is empty or too long")
    }
    return LayerPlan.Item(content: .symbolicLink(target: target), mode: 0o777, owner: given.owner)
  }

  /// - Parameter isTop: whether the source was named, and not found in a folder: a link that was named is followed.
  private static func copy(
    _ source: String, to path: ArchivePath, _ given: LayerContent, isTop: Bool, hasBase: Bool,
    _ plan: inout LayerPlan, _ cancellation: Offload.Cancellation
  ) throws(OCIError) {
    try cancellation.check()
    var status = stat()
    guard (isTop ? stat(source, &status) : lstat(source, &status)) == 0 else {
      throw OpenFile.failure("cannot be put into an image", source)
    }
    let mode = UInt16(truncatingIfNeeded: status.st_mode & 0o7777)
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      let content = LayerPlan.Item.Content.file(source: source, size: Int64(status.st_size), follows: isTop)
      try plan.put(item(content, given, mode), at: path)
    case S_IFLNK:
      let target: String
      do {
        target = try FileManager.default.destinationOfSymbolicLink(atPath: source)
      } catch {
        throw OCIError(.file, "the link '\(source)' cannot be read", details: ["path": source], cause: error)
      }
      try plan.put(try link(target, given), at: path)
    case S_IFDIR:
      // A folder `lib` that is copied must not take the place of a base's link `lib`.
      if !path.isRoot, !(hasBase && LayerPlan.usualFolders.contains(path.description)) {
        try plan.put(item(.directory, given, mode), at: path)
      }
      let names: [String]
      do {
        names = try FileManager.default.contentsOfDirectory(atPath: source)
      } catch {
        throw OCIError(.file, "the folder '\(source)' cannot be read", details: ["path": source], cause: error)
      }
      for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
        let inner = path.appending(name)
        guard inner.length <= ArchivePolicy.maximumPath, inner.depth <= ArchivePolicy.maximumDepth else {
          throw OCIError(.badRecipe, "a path below '\(given.path.prefix(200))' is too long or too deep for an image")
        }
        try copy("\(source)/\(name)", to: inner, given, isTop: false, hasBase: hasBase, &plan, cancellation)
      }
    default:
      throw OCIError(
        .badRecipe, "'\(source)' is no file, folder or link; devices, pipes and sockets do not go into an image",
        details: ["path": source])
    }
  }
}
