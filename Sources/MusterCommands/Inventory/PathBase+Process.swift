import Inventory

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension PathBase {
  /// For an inventory file as the user of this process named it.
  static func ofThisProcess(_ file: String) -> PathBase {
    PathBase(
      file: file, workingFolder: FileManager.default.currentDirectoryPath,
      home: CommandContext.current.environment["HOME"])
  }
}
