/// Layers of files and programs of this machine.
public enum FileLayers {
  /// Libraries below, programs and files above: what changes least often is shared most. No layer is empty.
  ///
  /// - Parameter programs: they bring the shared libraries that they need, so that they run on nothing.
  /// - Throws: ``OCIError``, as ``SharedLibraries``.
  public static func make(programs: [PlacedFile], files: [PlacedFile]) throws(OCIError) -> [LayerRecipe] {
    var libraries: [String: LayerContent] = [:]
    for program in programs {
      let found = try SharedLibraries.find(of: program.source, imagePath: program.path)
      for content in SharedLibraries.layerContents(of: found) { libraries[content.path] = content }
    }
    return [
      LayerRecipe(libraries.values.sorted { $0.path < $1.path }, comment: "shared libraries"),
      LayerRecipe(programs.map(\.programContent) + files.map(\.content), comment: "files"),
    ].filter { !$0.contents.isEmpty }
  }

  /// Programs are files of this machine, and go into the images of all platforms: they have to run there.
  ///
  /// - Throws: ``OCIError`` (`bad_image_recipe`) with the program and the platform.
  public static func check(_ programs: [PlacedFile], run platforms: [Platform]) throws(OCIError) {
    for program in programs {
      let architecture = try ProgramArchitecture.of(program.source)
      for platform in platforms where !architecture.runs(on: platform) {
        throw OCIError(
          .badRecipe,
          "the program '\(program.source)' is for \(architecture), and does not run on \(platform); build the image of each platform with its own programs"
        )
      }
    }
  }
}
