import Foundation

/// A program that brings its dynamic linker and its libraries in a folder of its own, and so runs on any base, whatever C
/// library that has, and leaves the base's own programs alone.
///
/// The program has to look for libraries beside itself (`$ORIGIN` in its RUNPATH or RPATH, as every program that Swift's
/// package manager links). In its file the path of the linker is replaced, which is all that is changed; so `/proc/self/exe`
/// is the program, and what it starts finds its own libraries.
///
/// Source of what is found where: ld.so(8).
public struct SelfContainedProgram: Sendable {
  /// The program, `ld.so` and the libraries, side by side. They can be read as long as a copy of this value is there.
  public let contents: [LayerContent]
  private let folder: TemporaryFolder

  /// - Parameters:
  ///   - program: a path on this machine, or below `root`.
  ///   - path: where the program is to be in the image; the rest goes beside it.
  ///   - temporaryFolder: nil: the system's.
  /// - Throws: ``OCIError``: `image_unsupported` if it cannot be moved, with the reason; as ``SharedLibraries``.
  public init(
    _ program: String, at path: String, root: String = "/", temporaryFolder: String? = nil
  ) throws(OCIError) {
    let libraries = try SharedLibraries.find(of: program, imagePath: path, root: root)
    guard let real = RootedFiles(root).resolve(Self.absolute(program)) else {
      throw OCIError(.notFound, "there is no program '\(program)'", details: ["path": program])
    }
    folder = try TemporaryFolder(in: temporaryFolder)
    let home = (path as NSString).deletingLastPathComponent
    var contents: [LayerContent] = []
    let elf = try ELFFile(real)
    if let linker = libraries.first, elf.interpreter != nil {
      try Self.check(elf, program, libraries)
      let moved = "\(folder.path)/program"
      try Self.copy(real, to: moved, linker: "\(home)/ld.so", elf)
      contents.append(LayerContent(.copy(source: moved), at: path, mode: .exactly(0o755)))
      contents.append(LayerContent(.copy(source: linker.file), at: "\(home)/ld.so", mode: .exactly(0o755)))
      contents += libraries.dropFirst().map {
        LayerContent(.copy(source: $0.file), at: "\(home)/\($0.name)", mode: .exactly(0o755))
      }
    } else {
      contents.append(LayerContent(.copy(source: real), at: path, mode: .exactly(0o755)))
    }
    self.contents = contents
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
  }

  /// Whether the linker will find each library beside the program, and not one of the base.
  private static func check(_ elf: ELFFile, _ program: String, _ libraries: [SharedLibrary]) throws(OCIError) {
    func looksBeside(_ list: [String]) -> Bool { list.contains("$ORIGIN") || list.contains("${ORIGIN}") }
    func failure(_ name: String, _ who: String) -> OCIError {
      OCIError(
        .unsupported,
        "'\(program)' cannot be put on a base with its libraries: '\(who)' would look for '\(name)' in the base's own folders; link the program with -Wl,-rpath,'$ORIGIN'",
        details: ["library": name, "needed_by": who])
    }
    // The program's RPATH, unlike its RUNPATH, holds for the libraries too.
    let isInherited = elf.runpath.isEmpty && looksBeside(elf.rpath)
    let isBeside = isInherited || looksBeside(elf.runpath)
    for name in elf.needed where !isBeside || name.contains("/") { throw failure(name, program) }
    // Loaded before anything that only others need, and then found by name whoever asks.
    var loaded = Set(elf.needed)
    if let linker = libraries.first {
      loaded.insert((linker.name as NSString).lastPathComponent)
      if let name = try ELFFile(linker.file).libraryName { loaded.insert(name) }
    }
    for library in libraries.dropFirst() {
      let other = try ELFFile(library.file)
      let finds = looksBeside(other.runpath) || (other.runpath.isEmpty && (isInherited || looksBeside(other.rpath)))
      for name in other.needed where !finds && !loaded.contains(name) || name.contains("/") {
        throw failure(name, library.name)
      }
    }
  }

  /// Copies a program and puts the path of another linker into it, which has to fit where the old one was.
  private static func copy(_ program: String, to path: String, linker: String, _ elf: ELFFile) throws(OCIError) {
    guard let range = elf.interpreterRange, linker.utf8.count < range.count else {
      throw OCIError(
        .unsupported, "'\(program)' has no room for the linker's path '\(linker)'; choose a shorter folder for it")
    }
    let (source, target) = (try OpenFile.reading(program), try OpenFile.creating(path, mode: 0o755))
    try FileSink(target).copy(FileSource(source))
    let padding = [UInt8](repeating: 0, count: range.count - linker.utf8.count)
    try target.write(Array(linker.utf8) + padding, at: range.lowerBound)
  }
}
