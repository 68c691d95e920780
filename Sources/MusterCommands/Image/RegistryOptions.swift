import ArgumentParser
import MusterCore
import OCIImages

/// How a command reaches registries, and who it says it is.
struct RegistryOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The user at the registry; with --password-file.", valueName: "name"))
  var user: String?

  @Option(
    help: ArgumentHelp("A file with the user's password; - is standard input.", valueName: "file"), completion: .file())
  var passwordFile: String?

  @Option(
    help: ArgumentHelp(
      "A file of credentials. Default: those that 'podman login' and 'docker login' keep.", valueName: "file"),
    completion: .file())
  var authFile: String?

  @Flag(help: "Speak plain http with the registries that this command names: no secret is safe on the way.")
  var plainHTTP = false

  @Option(
    help: ArgumentHelp("Trust also the certificates that this authority signed (PEM).", valueName: "file"),
    completion: .file())
  var ca: [String] = []

  @Option(help: ArgumentHelp("Bytes of a blob that are sent in one request. Default: 64 MiB.", valueName: "bytes"))
  var chunk: Int64?

  func validate() throws {
    if (user == nil) != (passwordFile == nil) {
      throw ValidationError("--user and --password-file go together: give both, or log in with podman or docker.")
    }
    if let chunk, chunk < 65_536 { throw ValidationError("--chunk is \(chunk); give at least 65536 bytes.") }
  }

  /// Lends the places to work with, and closes all connections afterwards.
  ///
  /// - Parameter locations: those that the command names: the only ones for which the options are meant.
  func withPlaces<Result: Sendable>(
    _ locations: [ImageLocation], _ work: (ImagePlaces, RegistryClient) async throws -> Result
  ) async throws -> Result {
    let configuration = try configuration(locations)
    return try await RegistryClient.with(configuration) { client in try await work(ImagePlaces(client), client) }
  }

  private func configuration(_ locations: [ImageLocation]) throws -> RegistryConfiguration {
    let registries = Set(
      locations.compactMap { location in
        if case .registry(let reference) = location { reference.registry } else { nil }
      })
    let named = RegistryHost(isPlainHTTP: plainHTTP, certificateAuthorityFiles: ca)
    var configuration = RegistryConfiguration(
      hosts: Dictionary(uniqueKeysWithValues: registries.map { ($0, named) }),
      otherHosts: RegistryHost(certificateAuthorityFiles: ca), credentials: try credentials(registries))
    if let chunk { configuration.chunkBytes = chunk }
    return configuration
  }

  private func credentials(_ registries: Set<String>) throws -> any RegistryCredentialSource {
    let stored = StoredCredentials(file: authFile, environment: CommandContext.current.environment)
    guard let user, let passwordFile else { return stored }
    guard registries.count == 1, let registry = registries.first else {
      throw CommandError(
        .badArgument,
        registries.isEmpty
          ? "--user is given, and no registry that would ask for it"
          : "--user is given for two registries (\(registries.sorted().joined(separator: ", "))); log in to one of them instead"
      )
    }
    var password = String(decoding: try InputFile.read(passwordFile), as: UTF8.self)
    while password.hasSuffix("\n") || password.hasSuffix("\r") { password.removeLast() }
    let given = GivenCredentials(.password(user: user, password: Secret(password)), registry: registry)
    return FirstCredentials([given, stored])
  }
}
