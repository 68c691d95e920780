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
  }

  /// Stands in image paths for the folder where every linker looks, which is known at the end only: there goes what only this machine's
  /// configuration led to, and what was found from there (`$ORIGIN`) goes along. A name that nobody has.
  private static let home = "/\u{10FFFD}"

  private let files: RootedFiles
  private let program: Object
  private let paths: LinkerPaths
  private var known: Set<String> = []
  private var found: [SharedLibrary] = []
  /// The real folder of the dynamic linker.
  private var linkerFolder: String?
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
      linkerFolder = (String(real.dropFirst(files.root.count)) as NSString).deletingLastPathComponent
      found.append(SharedLibrary(name: interpreter, foundAt: interpreter, file: real, imagePath: interpreter))
    }
    queue = [program]
    // Breadth first, as the linker does: who is found first wins the name.
    while !queue.isEmpty {
      let object = queue.removeFirst()
      for name in object.elf.needed where known.insert(name).inserted { try load(name, for: object) }
    }
    return moved()
  }

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
      try take(name, name, name, inherited, for: object)
      return
    }
    folders += object.elf.runpath.isEmpty ? inherited : expand(object.elf.runpath, object)
    folders += paths.configured.map { Folder(path: $0, imagePath: paths.usual.contains($0) ? $0 : Self.home) }
    folders += paths.usual.map { Folder(path: $0, imagePath: $0) }
    for folder in folders {
      let path = "\(folder.path)/\(name)"
      if try take(name, path, "\(folder.imagePath)/\(name)", inherited, for: nil) { return }
    }
    throw missing(name, object, folders.map(\.path))
  }

  /// - Parameter object: who needs it, if there is no other place to look at.
  /// - Returns: false if there is no such file, or one for another machine.
  @discardableResult
  private mutating func take(
    _ name: String, _ path: String, _ imagePath: String, _ inherited: [Folder], for object: Object?
  ) throws(OCIError) -> Bool {
    var elf: ELFFile?
    let real = files.resolve(path)
    if let real { elf = try? ELFFile(real) }
    guard let real, let elf, elf.kind == program.elf.kind else {
      if let object { throw missing(name, object, []) }
      return false
    }
    if let own = elf.libraryName { known.insert(own) }
    found.append(SharedLibrary(name: name, foundAt: path, file: real, imagePath: imagePath))
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
        return Folder(path: path, imagePath: fill(folder(object.imagePath)))
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

  /// What only this machine's configuration led to goes beside the C library, or the linker, where the linker looks in every image.
  private func moved() -> [SharedLibrary] {
    let usual = found.first { $0.name.hasPrefix("libc.so.") && !$0.imagePath.hasPrefix(Self.home) }
    let home =
      usual.map { ($0.imagePath as NSString).deletingLastPathComponent } ?? linkerFolder ?? paths.usual.first ?? "/lib"
    return found.map { library in
      let path = library.imagePath.replacingOccurrences(of: Self.home, with: home)
      return SharedLibrary(
        name: library.name, foundAt: library.foundAt, file: library.file, imagePath: Self.plain(path))
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
