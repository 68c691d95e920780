import MusterCore
import RemoteHosts

/// Asks a machine whether its own sources of packages have what it needs.
public enum SourceTrial {
  /// Tries the sources, and changes nothing on the machine.
  ///
  /// - Parameters:
  ///   - wishes: what is left of the needs when the bundle has brought what it has; without any, nothing is asked.
  ///   - key: that of the repository, from the bundle.
  /// - Throws: `RemoteHostError`, `CancellationError`. What is wrong with the sources stands in the answer.
  public static func ask(
    _ wishes: PackageWishes, key: RepositoryKey? = nil, _ shell: any RemoteShell
  ) async throws -> PackageOffer {
    guard !wishes.needs.isEmpty else { return PackageOffer() }
    guard let manager = wishes.manager else {
      return PackageOffer(wishes.needs, unknown: "it has neither apt-get nor dnf")
    }
    let answer = try await shell.run(
      SourceTrialScript.script(wishes.needs, manager, repository: wishes.repository, key: key))
    guard let read = SourceTrialAnswer(answer) else {
      let words = answer.lastErrorLine.map { ": \($0.prefix(160))" } ?? ""
      return PackageOffer(wishes.needs, unknown: "the trial ended with status \(answer.status)\(words)")
    }
    return PackageOffer(wishes.needs, read)
  }
}
