/// Which files of credentials there are on this machine for this user, in the order in which they are asked.
///
/// Source: the manual page `containers-auth.json(5)`, and docker's `DOCKER_CONFIG`.
enum AuthFilePaths {
  /// - Parameter userID: for podman's folder below `/run`, which stands in for a session's own.
  static func all(environment: [String: String], userID: UInt32) -> [String] {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    // Who names a file wants that one and no other.
    if let file = value("REGISTRY_AUTH_FILE") { return [file] }
    var paths: [String] = []
    if let runtime = value("XDG_RUNTIME_DIR") {
      paths.append("\(runtime)/containers/auth.json")
    } else {
      paths.append("/run/containers/\(userID)/auth.json")
    }
    let home = value("HOME")
    if let configuration = value("XDG_CONFIG_HOME") ?? home.map({ "\($0)/.config" }) {
      paths.append("\(configuration)/containers/auth.json")
    }
    if let docker = value("DOCKER_CONFIG") ?? home.map({ "\($0)/.docker" }) { paths.append("\(docker)/config.json") }
    return paths
  }
}
