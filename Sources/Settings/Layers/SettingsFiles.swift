import MusterCore

/// Finds and opens the files that the settings come from.
struct SettingsFiles {
  let input: SettingsInput
  let problems: ProblemList
  static let defaultName = "muster.yaml"

  /// A file that was chosen, and who chose it.
  struct Choice {
    var path: String
    /// False for `muster.yaml` in the working directory, which nobody named.
    var isNamed: Bool
    var source: SettingSource
  }

  /// The first of: the flag, the variables, `muster.yaml` in the working directory; nil if there is none.
  ///
  /// - Parameter variables: names of variables that name a file, the first that is set counts.
  func choose(flag: String?, variables: [String], source: (String) -> SettingSource) -> Choice? {
    if let flag { return Choice(path: flag, isNamed: true, source: .flag("--config")) }
    for name in variables {
      if let path = input.variable(name) { return Choice(path: path, isNamed: true, source: source(name)) }
    }
    guard FileBytes.exists(input.absolute(Self.defaultName)) else { return nil }
    return Choice(path: Self.defaultName, isNamed: false, source: .builtIn)
  }

  /// - Throws: ``SettingsError`` (`unreadable_file`) if the file is not there or may not be read, or as problems if it is
  ///   no YAML mapping: without it nothing further could be said.
  func open(_ choice: Choice) throws(SettingsError) -> YAMLDocument {
    let reason: String
    switch FileBytes.read(input.absolute(choice.path)) {
    case .bytes(let bytes):
      if let document = YAMLDocument.parse(bytes, path: choice.path, problems: problems) { return document }
      throw SettingsError(problems: problems.problems.sorted())
    case .missing: reason = "there is no such file\(named(choice)); give the path of one that exists"
    case .unreadable(let why): reason = "the file cannot be read\(named(choice)): \(why)"
    }
    throw SettingsError(
      code: .unreadableFile,
      problems: [Problem(source: .file(path: choice.path, line: 0), key: "", text: reason)])
  }

  /// `muster.yaml` beside an original file; nil if there is none.
  func beside(_ path: String) throws(SettingsError) -> YAMLDocument? {
    let sibling = FilePath.sibling(of: path, named: Self.defaultName)
    guard FileBytes.exists(input.absolute(sibling)) else { return nil }
    let document = try open(Choice(path: sibling, isNamed: false, source: .builtIn))
    let kind = FileKind.of(document.root)
    if kind != .muster {
      problems.add(
        .file(path: sibling, line: 0), "",
        "\(kind.name) is not expected here; Muster's own settings belong into this file")
      try problems.throwIfAny()
    }
    return document
  }

  func folder(of path: String) -> String { FilePath.folder(of: input.absolute(path)) }

  private func named(_ choice: Choice) -> String {
    choice.source == .builtIn ? "" : " (\(choice.source) names it)"
  }
}
