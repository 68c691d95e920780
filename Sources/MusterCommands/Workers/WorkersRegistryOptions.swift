import ArgumentParser
import OCIImages
import WorkerDeployment

/// How the registry is reached to which the image is delivered.
struct WorkersRegistryOptions: ParsableArguments {
  @Flag(help: "Speak plain http with the registry of the image: its password is not safe on the way.")
  var plainHTTP = false

  @Option(
    help: ArgumentHelp("Trust also the certificates that this authority signed (PEM).", valueName: "file"),
    completion: .file())
  var ca: [String] = []

  @Option(
    help: ArgumentHelp(
      "A file of credentials, where the values name no user. Default: those that 'podman login' and 'docker login' keep.",
      valueName: "file"), completion: .file())
  var authFile: String?

  /// - Throws: `OCIError` for a reference that is none.
  func configuration(_ values: WorkerValues) throws -> RegistryConfiguration {
    configuration(values.login, at: try ImageReference(values.image.delivered).registry)
  }

  /// - Parameters:
  ///   - login: nil: who is known to this machine.
  ///   - registry: that is meant, for which the login and the flags are.
  func configuration(_ login: RegistryLogin?, at registry: String) -> RegistryConfiguration {
    let named = RegistryHost(isPlainHTTP: plainHTTP, certificateAuthorityFiles: ca)
    let stored = StoredCredentials(file: authFile, environment: CommandContext.current.environment)
    return RegistryConfiguration(
      hosts: [registry: named], otherHosts: RegistryHost(certificateAuthorityFiles: ca),
      credentials: WorkerImage.credentials(login, at: registry, others: stored))
  }
}
