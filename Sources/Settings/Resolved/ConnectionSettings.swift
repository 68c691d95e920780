/// What a command that talks to a coordinator is told.
public struct ConnectionSettings: Sendable {
  /// Tried in this order; never empty.
  public var coordinator: [NetworkAddress]
  /// Whether a flag, a variable or a file says so; if not, the login that was made last counts.
  public var isCoordinatorGiven: Bool
  /// Absolute path of the folder with the certificate; nil: that of the login for the coordinator, if there is one.
  public var identity: String?
  /// No certificate is to be shown, whatever logins there are.
  public var isPlaintext: Bool
  public var shown: [ShownSetting]

  /// Decides; the file is read only if neither a flag nor a variable says where the coordinator is.
  ///
  /// - Throws: ``SettingsError`` with every problem at once.
  public static func load(_ input: SettingsInput) throws(SettingsError) -> ConnectionSettings {
    let problems = ProblemList()
    let files = SettingsFiles(input: input, problems: problems)
    let setting = TopSettings.coordinator.key
    var file: MusterFile?
    if input.flags[setting.name] == nil, input.variable(setting.environment) == nil,
      let choice = files.choose(flag: input.configFile, variables: ["MUSTER_CONFIG"], source: { .environment($0) })
    {
      let document = try files.open(choice)
      if FileKind.of(document.root) == .muster {
        // Kinds are nothing to a command that only talks to a coordinator: a mistake in one must not stop it.
        file = MusterFile.read(document, folder: files.folder(of: choice.path), withKinds: false)
      }
    }
    var resolver = Resolver(input: input, file: file, problems: problems)
    let addresses = CoordinatorAddresses.decide(&resolver)
    let given = resolver.given(TopSettings.identity)
    try problems.throwIfAny()
    return ConnectionSettings(
      coordinator: addresses,
      isCoordinatorGiven: resolver.given(TopSettings.coordinator) != nil || file?.listeners != nil,
      identity: given.flatMap {
        $0.value == "none" ? nil : FilePath.absolute($0.value, in: resolver.base($0.source))
      }, isPlaintext: given?.value == "none", shown: resolver.shown)
  }
}
