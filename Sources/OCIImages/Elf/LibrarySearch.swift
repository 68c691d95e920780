import Foundation

/// One search for the libraries of a program.
struct LibrarySearch {
  private static let maximumLibraries = 2000

  /// A program or library that was found.
  private struct Object {
    let elf: ELFFile
    /// Where it is, and where it is to be: `$ORIGIN` stands for their folders.
    let path: String
    let imagePath: String
    /// The RPATHs of those that led to it, nearest first, as they count for it too.
    var inherited: [Folder] = []
  }

  /// Where to look.
  private struct Folder {
    let path: String
    let imagePath: String
    /// Whether an image's dynamic linker would not look there by itself.
    var isConfigured = false
  }

  private let files: RootedFiles
  private let program: Object
  private let paths: LinkerPaths
  private var known: Set<String> = []
  private var found: [(library: SharedLibrary, isConfigured: Bool)] = []
  private var queue: [Object] = []

  init(_ path: String, imagePath: String, root: String) throws(OCIError) {
    files = RootedFiles(root)
    guard let real = files.resolve(path) else {
      throw OCIError(.notFound, "there is no program '\(path)'", details: ["path": path])
    }
    let elf = try ELFFile(real)
    // The kernel tells the linker the program's path with all links followed.
    program = Object(elf: elf, path: String(real.dropFirst(files.root.count)), imagePath: imagePath)
    paths = LinkerPaths(elf.kind, files)
  }

  mutating func run() throws(OCIError) -> [SharedLibrary] {
    if let interpreter = program.elf.interpreter {
      guard let real = files.resolve(interpreter) else { throw missing(interpreter, program, []) }
      let linker = try ELFFile(real)
      known.insert(interpreter)
      known.insert((interpreter as NSString).lastPathComponent)
      if let name = linker.libraryName { known.insert(name) }
      add(
        SharedLibrary(name: interpreter, foundAt: interpreter, file: real, imagePath: interpreter), isConfigured: false)
    }
    queue = [program]
    // Breadth first, as the linker does: who is found first wins the name.
    while !queue.isEmpty {
      let object = queue.removeFirst()
      for name in object.elf.needed where known.insert(name).inserted { try load(name, for: object) }
    }
    return moved()
  }

  private mutating func add(_ library: SharedLibrary, isConfigured: Bool) { found.append((library, isConfigured)) }

  private mutating func load(_ name: String, for object: Object) throws(OCIError) {
    guard found.count < Self.maximumLibraries else {
      throw OCIError(.badImage, "'\(program.path)' needs more than \(Self.maximumLibraries) libraries")
    }
    // Of who has a RUNPATH the RPATH does not count, but those of the ones before it do.
    let own = object.elf.runpath.isEmpty ? expand(object.elf.rpath, object) : []
    let inherited = own + object.inherited
    var folders: [Folder] = []
    if name.contains("/") {
      // Only an absolute one has a meaning that does not change with the working directory.
      guard name.hasPrefix("/") else { throw missing(name, object, []) }
      try take(name, name, name, isConfigured: false, inherited, for: object)
      return
    }
    folders += object.elf.runpath.isEmpty ? inherited : expand(object.elf.runpath, object)
    folders += paths.configured.map { Folder(path: $0, imagePath: $0, isConfigured: !paths.usual.contains($0)) }
    folders += paths.usual.map { Folder(path: $0, imagePath: $0) }
    for folder in folders {
      let path = "\(folder.path)/\(name)"
      if try take(name, path, "\(folder.imagePath)/\(name)", isConfigured: folder.isConfigured, inherited, for: nil) {
        return
      }
    }
    throw missing(name, object, folders.map(\.path))
  }

  /// - Parameter object: who needs it, if there is no other place to look at.
  /// - Returns: false if there is no such file, or one for another machine.
  @discardableResult
  private mutating func take(
    _ name: String, _ path: String, _ imagePath: String, isConfigured: Bool, _ inherited: [Folder], for object: Object?
  ) throws(OCIError) -> Bool {
    var elf: ELFFile?
    let real = files.resolve(path)
    if let real { elf = try? ELFFile(real) }
    guard let real, let elf, elf.kind == program.elf.kind else {
      if let object { throw missing(name, object, []) }
      return false
    }
    if let own = elf.libraryName { known.insert(own) }
    add(SharedLibrary(name: name, foundAt: path, file: real, imagePath: imagePath), isConfigured: isConfigured)
    queue.append(Object(elf: elf, path: path, imagePath: imagePath, inherited: inherited))
    return true
  }

  private func expand(_ list: [String], _ object: Object) -> [Folder] {
    func folder(_ path: String) -> String { (path as NSString).deletingLastPathComponent }
    return list.flatMap { entry -> [Folder] in
      let usesLibrary = entry.contains("$LIB") || entry.contains("${LIB}")
      return (usesLibrary ? paths.libraryNames : [""]).compactMap { library in
        func fill(_ origin: String) -> String {
          var text = entry
          for (name, value) in [("ORIGIN", origin), ("LIB", library), ("PLATFORM", paths.platformName)] {
            text = text.replacingOccurrences(of: "${\(name)}", with: value)
              .replacingOccurrences(of: "$\(name)", with: value)
          }
          return text
        }
        let path = fill(folder(object.path))
        // A relative one depends on where the program is started.
        guard path.hasPrefix("/") else { return nil }
        return Folder(path: path, imagePath: Self.plain(fill(folder(object.imagePath))))
      }
    }
  }

  /// Without `.` and `..`: `/app/bin/../lib` is `/app/lib`.
  private static func plain(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// What only this machine's configuration led to goes beside the C library, where every linker looks.
  private func moved() -> [SharedLibrary] {
    let home = found.first { $0.library.name.hasPrefix("libc.so.") }?.library.imagePath
    guard let home, let first = found.first(where: { $0.library.imagePath == home }), !first.isConfigured else {
      return found.map(\.library)
    }
    let folder = (home as NSString).deletingLastPathComponent
    return found.map { entry in
      guard entry.isConfigured else { return entry.library }
      return SharedLibrary(
        name: entry.library.name, foundAt: entry.library.foundAt, file: entry.library.file,
        imagePath: "\(folder)/\(entry.library.name)")
    }
  }

  private func missing(_ name: String, _ object: Object, _ folders: [String]) -> OCIError {
    let places = folders.isEmpty ? "" : " in \(folders.prefix(20).joined(separator: ", "))"
    return OCIError(
      .notFound,
      "'\(object.path)' needs '\(name)', which is not found\(places); install it, or add it to the image by hand",
      details: ["library": name, "needed_by": object.path])
  }
}
