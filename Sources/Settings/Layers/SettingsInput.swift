#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What settings are made from: the command line, the environment and the machine. Nothing else is looked at, so that a
/// test can be a machine of its own.
public struct SettingsInput: Sendable {
  /// The file that `-c` names.
  public var configFile: String?
  /// The file that `--client-config` names.
  public var clientConfigFile: String?
  /// Values of flags as they were typed, by the setting's name: `["verifySlots": "2"]`.
  public var flags: [String: String]
  public var environment: [String: String]
  /// The working directory, absolute.
  public var folder: String
  /// Cores of the machine; 1 or more.
  public var cores: Int

  public init(
    configFile: String? = nil, clientConfigFile: String? = nil, flags: [String: String] = [:],
    environment: [String: String], folder: String, cores: Int
  ) {
    self.configFile = configFile
    self.clientConfigFile = clientConfigFile
    self.flags = flags
    self.environment = environment
    self.folder = folder
    self.cores = max(cores, 1)
  }

  /// This process's environment, directory and machine.
  ///
  /// - Parameter cores: cores that the process may use.
  public static func ofProcess(
    configFile: String? = nil, clientConfigFile: String? = nil, flags: [String: String] = [:],
    environment: [String: String], cores: Int
  ) -> SettingsInput {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let hasFolder = getcwd(&path, path.count) != nil
    let folder = String(decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return SettingsInput(
      configFile: configFile, clientConfigFile: clientConfigFile, flags: flags, environment: environment,
      folder: hasFolder ? folder : "/", cores: cores)
  }

  /// A variable's value; an empty one counts as absent.
  func variable(_ name: String) -> String? {
    guard let value = environment[name], !value.isEmpty else { return nil }
    return value
  }

  func absolute(_ path: String) -> String { FilePath.absolute(path, in: folder) }
}
