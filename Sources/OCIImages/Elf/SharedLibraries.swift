import Foundation

/// A file that a program needs to be started.
public struct SharedLibrary: Sendable, Hashable {
  /// As the program asks for it: `libz.so.1`; of the dynamic linker, its path.
  public let name: String
  /// Where the dynamic linker of this machine finds it.
  public let foundAt: String
  /// The regular file, all links followed.
  public let file: String
  /// Where it has to be in an image so that it is found there, without `/etc/ld.so.conf`.
  public let imagePath: String
}

/// Finds the shared libraries of programs as the dynamic linker would, without running anything.
///
/// Not found is what a program loads by itself while it runs (`dlopen`), such as the name service modules of glibc.
/// The variables LD_LIBRARY_PATH and LD_PRELOAD are not looked at: an image does not have this machine's environment.
public enum SharedLibraries {
  /// - Parameters:
  ///   - program: a path on this machine, or below `root`.
  ///   - imagePath: where the program is to be in the image; nil: where it is here. Libraries that are found relative to it (`$ORIGIN`) move with it.
  ///   - root: a folder that stands for `/`: another machine's files.
  /// - Returns: the dynamic linker and all libraries; empty for a static program.
  /// - Throws: ``OCIError``: `image_unsupported` if it is no program, `bad_image`, `image_not_found` with the library that is missing and who
  ///   needs it.
  public static func find(of program: String, imagePath: String? = nil, root: String = "/") throws(OCIError)
    -> [SharedLibrary]
  {
    let absolute = program.hasPrefix("/") ? program : "\(FileManager.default.currentDirectoryPath)/\(program)"
    var search = try LibrarySearch(absolute, imagePath: imagePath ?? absolute, root: root)
    return try search.run()
  }

  /// The libraries of a program as contents of a layer: each file at its place in the image.
  public static func layerContents(of libraries: [SharedLibrary]) -> [LayerContent] {
    libraries.map { LayerContent(.copy(source: $0.file), at: $0.imagePath, mode: .exactly(0o755)) }
  }
}
