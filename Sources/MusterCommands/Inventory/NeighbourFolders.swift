#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Folders beside an inventory out of which Ansible reads more variables.
enum NeighbourFolders {
  /// The first that is there.
  static func ofVariables(beside file: String) -> String? {
    let folder = file.contains("/") ? String(file[...(file.lastIndex(of: "/") ?? file.startIndex)]) : ""
    return ["group_vars", "host_vars"].map { folder + $0 }.first { FileManager.default.fileExists(atPath: $0) }
  }
}
