/// What paths of an inventory start from: the folder in which it lies, and for `~` the home of who runs Muster.
public struct PathBase: Sendable, Hashable {
  public let folder: String
  public let home: String

  /// Both absolute.
  public init(folder: String, home: String) {
    self.folder = folder
    self.home = home
  }

  /// For an inventory at `file`.
  ///
  /// - Parameters:
  ///   - workingFolder: what a relative `file` starts from.
  ///   - home: nil if there is none; then `~` is the working folder.
  public init(file: String, workingFolder: String, home: String?) {
    let path = file.hasPrefix("/") ? file : workingFolder + "/" + file
    let folder = path.split(separator: "/", omittingEmptySubsequences: true).dropLast().joined(separator: "/")
    self.init(folder: "/" + folder, home: home ?? workingFolder)
  }

  /// An absolute path without `.` and `..`.
  public func resolve(_ path: String) -> String {
    var whole = folder + "/" + path
    if path.hasPrefix("/") { whole = path }
    if path == "~" || path.hasPrefix("~/") { whole = home + path.dropFirst() }
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}
