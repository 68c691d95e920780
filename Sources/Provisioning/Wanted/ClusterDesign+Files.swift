import Inventory
import MusterCore

/// Files, folders and packages.
extension ClusterDesign {
  func files(_ member: Member, _ configuration: K3sConfiguration) throws(ProvisioningError) -> [WantedFile] {
    let architecture = member.facts.architecture
    guard let binary = bundle.k3s(for: architecture) else {
      throw ProvisioningError(.badBundle, bundle.missing(for: [member.facts]).first ?? "the bundle has no k3s")
    }
    let unit = member.isServer ? "k3s" : "k3s-agent"
    var files = [
      WantedFile(
        MachinePlaces.modules, text: Self.modules.joined(separator: "\n") + "\n",
        purpose: "the kernel modules that are loaded at every boot"),
      WantedFile(
        MachinePlaces.sysctls,
        text: sysctls(member).sorted { $0.key < $1.key }.map { "\($0)=\($1)\n" }.joined(),
        purpose: "the sysctls that are set at every boot"),
      WantedFile(MachinePlaces.binary, binary, mode: 0o755, isReadAtStart: true, purpose: "k3s itself"),
    ]
    for artifact in bundle.images(for: architecture) {
      files.append(
        WantedFile(
          "\(MachinePlaces.images)/\(artifact.fileName)", artifact, isReadAtStart: true,
          purpose: "images that k3s takes in when it starts"))
    }
    if member.isServer { files += serverFiles() }
    files.append(
      WantedFile(
        MachinePlaces.configuration, text: configuration.yaml, mode: 0o600, isReadAtStart: true,
        purpose: "the settings of k3s"))
    let registries = members.filter { $0.settings.roles.contains(.registry) }.map(\.facts.address)
    if !registries.isEmpty {
      files.append(
        WantedFile(
          MachinePlaces.registries, text: RegistryTexts.yaml(registries), mode: 0o600, isReadAtStart: true,
          purpose: "where images are pulled from"))
    }
    files.append(
      WantedFile(
        "\(MachinePlaces.units)/\(unit).service.env",
        text: UnitTexts.environment(["K3S_TOKEN": wishes.token.reveal()]), mode: 0o600, isReadAtStart: true,
        purpose: "the token of the cluster"))
    files.append(
      WantedFile(
        "\(MachinePlaces.units)/\(unit).service", text: UnitTexts.unit(isServer: member.isServer), isReadAtStart: true,
        purpose: "the service of k3s"))
    return files
  }

  private func serverFiles() -> [WantedFile] {
    var files = bundle.charts.map {
      WantedFile("\(MachinePlaces.charts)/\($0.fileName)", $0, purpose: "a chart that the cluster can install")
    }
    files += bundle.manifests.map {
      WantedFile(
        "\(MachinePlaces.manifests)/\($0.fileName)", $0, mode: 0o600, purpose: "objects that the cluster gets by itself"
      )
    }
    let (http, https) = (first.settings.httpPort, first.settings.httpsPort)
    if http != 80 || https != 443 || wishes.keepsIngress {
      files.append(
        WantedFile(
          MachinePlaces.ingress, text: IngressTexts.manifest(httpPort: http, httpsPort: https), mode: 0o600,
          purpose: "the ports on which the cluster takes requests"))
    }
    return files
  }

  /// The folders of all files, parents first.
  func directories(_ files: [WantedFile]) -> [WantedDirectory] {
    var paths: Set<String> = []
    for path in files.map(\.path) + ["\(MachinePlaces.binary)"] {
      var parts = path.split(separator: "/").dropLast()
      while !parts.isEmpty {
        paths.insert("/" + parts.joined(separator: "/"))
        parts = parts.dropLast()
      }
    }
    // k3s gives the server's folder this mode; nobody else has any business in it before that.
    return paths.sorted().map { WantedDirectory($0, mode: $0 == "\(MachinePlaces.data)/server" ? 0o700 : 0o755) }
  }

  /// Over everything that k3s reads only when it starts, and heeds.
  func startDigest(
    _ member: Member, _ configuration: K3sConfiguration, _ files: [WantedFile], _ packages: [WantedPackage]
  ) -> String {
    var heeded = configuration
    for key in K3sConfiguration.readAtJoining { heeded.settings[key] = nil }
    if member.isServer { for key in K3sConfiguration.readWithoutStore { heeded.settings[key] = nil } }
    var lines = files.filter { $0.isReadAtStart && $0.path != MachinePlaces.configuration }.map {
      "\($0.path) \($0.digest)"
    }
    lines.append(heeded.yaml)
    // It looks for NVIDIA's runtime only then.
    lines += packages.filter { $0.set == .nvidiaToolkit }.map { "\($0.file.name) \($0.file.version)" }
    return FileDigest.text(lines.sorted().joined(separator: "\n").utf8)
  }
}
