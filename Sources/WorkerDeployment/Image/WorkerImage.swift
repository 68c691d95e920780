import OCIImages

/// The workers' image: this program with a linker and libraries of its own in ``WorkerPaths/programFolder``, and what executors
/// need, on nothing or on a base of the user's choice.
///
/// The layer with this program is the same on every base. The same files give the same digest.
public struct WorkerImage: Sendable {
  public let contents: ImageValues
  public let target: ImageTarget
  /// The file of this program; its processor is that of the image.
  public let program: String
  /// For what executors speak with over TLS; only on nothing, since a base has its own. Nil: none.
  public let certificates: String?
  /// Of every file in it: seconds since 1970.
  public var time: Int64 = 0

  public init(
    _ contents: ImageValues, target: ImageTarget, program: String, certificates: String? = CertificateFile.find()
  ) {
    self.contents = contents
    self.target = target
    self.program = program
    self.certificates = certificates
  }

  /// Who asks at registries: the login at the one to which the image is delivered; elsewhere, as for a base, whom `others` know.
  ///
  /// - Throws: `OCIError` (`bad_image_reference`).
  public static func credentials(
    _ login: RegistryLogin?, for target: ImageTarget, others: any RegistryCredentialSource = AnonymousAccess()
  ) throws -> any RegistryCredentialSource {
    credentials(login, at: try ImageReference(target.delivered).registry, others: others)
  }

  /// - Parameter registry: for which the login is.
  public static func credentials(
    _ login: RegistryLogin?, at registry: String, others: any RegistryCredentialSource
  ) -> any RegistryCredentialSource {
    guard let login else { return others }
    let given = GivenCredentials(.password(user: login.user, password: login.password), registry: registry)
    return FirstCredentials([given, others])
  }

  /// Builds it, without sending anything: its digest is known then.
  ///
  /// - Parameter client: reads the base, if that is in a registry.
  /// - Throws: `OCIError`; ``WorkerDeploymentError`` for an image of the user's own, which is never built.
  public func build(_ client: RegistryClient) async throws -> PreparedImage {
    guard contents.own == nil, !target.isOwn else {
      throw WorkerDeploymentError(
        .badValue,
        "the image '\(target.pulled)' is your own, and is neither built nor delivered; deploy uses it as it is")
    }
    // Before the work: an address that is none would be found at its end.
    let reference = try ImageReference(target.delivered)
    let own = try SelfContainedProgram(program, at: WorkerPaths.program)
    let architecture = try ProgramArchitecture.of(program)
    guard let name = architecture.architecture else {
      throw OCIError(.unsupported, "'\(program)' is for \(architecture), for which there are no images")
    }
    let platform = Platform(architecture: name)
    var base = ImageBase.scratch
    if let text = contents.base {
      let (source, image) = try await ImagePlaces(client).source(try ImageLocation(text))
      base = .image(source, image)
    }
    let layers = try ImageLayers(contents, certificates: certificates).make(own, for: platform)
    let changes = ConfigurationChanges(
      user: "65534:65534", environment: contents.base == nil ? [.init("PATH", ImageLayers.path)] : [],
      entrypoint: [WorkerPaths.program],
      labels: [
        "org.opencontainers.image.title": "muster worker", WorkerNames.imageLabel.key: WorkerNames.imageLabel.value,
      ])
    var builder = ImageBuilder()
    builder.time = time
    // It is made anew at each deployment, to know its digest. With less effort that takes a third of the time, and nodes pull a
    // tenth more, once.
    builder.compression = .gzip(level: 1)
    let built = try await builder.build(
      ImageRecipe(base: base, platform: platform, layers: layers, changes: changes))
    return withExtendedLifetime(own) { PreparedImage(built: built, reference: reference, architecture: name) }
  }
}
