import MusterCore
import Settings
import Terminal

/// Does the work of `muster config show`.
struct ConfigReport {
  private let command: ConfigShow

  init(_ command: ConfigShow) { self.command = command }

  private struct View: Encodable {
    let settings: [ShownSetting]
    let warnings: [String]
  }

  func run() throws {
    let view = try load()
    let output = command.output.output
    var table = Table([Column("SETTING", shrinks: false), Column("VALUE"), Column("FROM", shrinks: false)])
    for setting in view.settings {
      table.add([Cell(setting.name), Cell(setting.value), Cell(setting.source, style: .faint)])
    }
    try output.render(view, table: table, ids: view.settings.map { "\($0.name)=\($0.value)" })
    if output.mode == .table { for warning in view.warnings { output.warning(warning) } }
  }

  private func load() throws -> View {
    let input = SettingsInput.ofProcess(
      configFile: command.file, clientConfigFile: command.clientConfig,
      environment: CommandContext.current.environment, cores: ThisProgram.cores)
    switch command.part {
    case .up:
      let settings = try UpSettings.load(input)
      return View(settings: settings.shown, warnings: settings.warnings)
    case .coordinator:
      let settings = try CoordinatorSettings.load(input)
      return View(settings: settings.shown, warnings: settings.warnings)
    case .worker:
      let settings = try WorkerSettings.load(input)
      return View(settings: settings.shown, warnings: settings.warnings)
    }
  }
}
