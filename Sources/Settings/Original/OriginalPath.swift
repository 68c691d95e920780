/// Paths in original files: the original saw them from its working directory, Muster sees them from the file.
enum OriginalPath {
  /// From the file's folder; from the working directory only if the file exists there and not beside the settings.
  static func absolute(_ path: String, fileFolder: String, workingFolder: String) -> String {
    let beside = FilePath.absolute(path, in: fileFolder)
    if FileBytes.exists(beside) { return beside }
    let here = FilePath.absolute(path, in: workingFolder)
    return FileBytes.exists(here) ? here : beside
  }
}
