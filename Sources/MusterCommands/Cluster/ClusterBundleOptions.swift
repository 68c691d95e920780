import ArgumentParser
import MusterCore
import Provisioning
import Terminal

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// From where machines get what they need.
struct ClusterBundleOptions: ParsableArguments {
  /// Where the guide of the users has them.
  static let usual = "shared/bin"

  @Option(
    help: ArgumentHelp("The folder of artifacts.", valueName: "folder"), completion: .directory)
  var bundle = Self.usual

  @Flag(help: "Keep the workers free of everything but tasks: the taint dedicated=computation:NoSchedule.")
  var taintWorkers = false

  /// Reads the folder.
  ///
  /// - Throws: ``ProvisioningError`` (`badBundle`), with everything that is wrong with it.
  func read(_ output: Output) throws -> ArtifactBundle { try Self.read(bundle, output) }

  /// Reads a folder that has nothing wrong.
  ///
  /// - Throws: ``ProvisioningError`` (`badBundle`), with everything that is wrong with it.
  static func read(_ bundle: String, _ output: Output) throws -> ArtifactBundle {
    let artifacts = try look(at: bundle)
    for remark in artifacts.remarks { output.note(remark) }
    guard artifacts.problems.isEmpty else {
      throw ProvisioningError(.badBundle, artifacts.problems.joined(separator: "\n"))
    }
    return artifacts
  }

  /// Reads a folder, whatever is wrong with it. Its digests are remembered from one run to the next.
  ///
  /// - Throws: ``ProvisioningError`` (`badBundle`) if there is no such folder.
  static func look(at bundle: String) throws -> ArtifactBundle {
    let folder = StateFolders.of(CommandContext.current.environment).cache
    let file = "\(folder)/digests.json"
    var cache = DigestCache(file: file)
    let artifacts = try BundleReader.read(bundle, cache: &cache)
    // Without it, the next run reads the artifacts again.
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try? cache.save(to: file)
    return artifacts
  }
}
