/// k3s's registries.yaml.
enum RegistryTexts {
  static let port = 5000

  /// Images of Docker Hub, and those that are named by a registry's address, come from the registries of the cluster.
  ///
  /// - Parameter addresses: of the machines that run a registry.
  static func yaml(_ addresses: [String]) -> String {
    let places = addresses.map { HostPort.text($0, port) }
    let endpoints = places.map { "      - \(K3sConfiguration.quoted("http://\($0)"))" }.joined(separator: "\n")
    var text = "# Written by Muster, which sets back what is changed here.\nmirrors:\n"
    for name in ["docker.io"] + places {
      text += "  \(K3sConfiguration.quoted(name)):\n    endpoint:\n\(endpoints)\n"
    }
    return text
  }
}
