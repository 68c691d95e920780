import Foundation
import Testing

@testable import Settings

/// A fresh folder with files in it, gone at the end; and a machine with 8 cores that starts things there.
struct SettingsFolder {
  let path: String

  static func with<Result>(
    _ files: [String: String] = [:], _ body: (SettingsFolder) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("settings-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let settings = SettingsFolder(path: folder.path)
    for (name, text) in files { try settings.write(name, text) }
    return try body(settings)
  }

  func write(_ name: String, _ text: String) throws {
    let url = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func input(
    config: String? = nil, client: String? = nil, flags: [String: String] = [:], environment: [String: String] = [:]
  ) -> SettingsInput {
    SettingsInput(
      configFile: config, clientConfigFile: client, flags: flags, environment: environment, folder: path, cores: 8)
  }
}

/// The coordinator's settings from one `muster.yaml`.
func coordinator(
  _ yaml: String, flags: [String: String] = [:], environment: [String: String] = [:]
) throws -> CoordinatorSettings {
  try SettingsFolder.with(["muster.yaml": yaml]) {
    try CoordinatorSettings.load($0.input(config: "muster.yaml", flags: flags, environment: environment))
  }
}

/// What is said of one `muster.yaml`.
func problems(
  _ yaml: String, flags: [String: String] = [:], environment: [String: String] = [:]
) throws -> [String] {
  do {
    _ = try coordinator(yaml, flags: flags, environment: environment)
    return []
  } catch let error as SettingsError {
    return error.problems.map(\.description)
  }
}
