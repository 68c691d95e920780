import CoordinatorAPI

/// How the program names itself.
enum VersionText {
  static let line = "muster \(MusterBuild.version) (protocol \(ProtocolVersions.own), \(platform)), \(build) build"

  static let platform: String = {
    #if os(Linux)
      let system = "linux"
    #else
      let system = "macos"
    #endif
    #if arch(x86_64)
      return "\(system)-x86_64"
    #elseif arch(arm64)
      return "\(system)-aarch64"
    #else
      return system
    #endif
  }()

  #if DEBUG
    static let build = "debug"
  #else
    static let build = "release"
  #endif
}
