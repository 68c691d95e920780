/// `muster.yaml` as it is written: nothing is filled in yet. One file may serve a coordinator, a worker and `muster up`;
/// each reads the keys that concern it, and all keys are checked by each.
struct MusterFile: Sendable {
  /// As the user named it.
  let path: String
  /// Absolute; relative paths in the file are seen from here.
  let folder: String
  /// The single values that are given, checked, by key.
  var values: [String: Located<String>] = [:]
  var listeners: Located<[ListenerEntry]>?
  var limits = LimitSettings()
  /// Which of ``limits`` are given, and where.
  var givenLimits: [String: SettingSource] = [:]
  var kinds: [KindEntry] = []
  /// Whether `kinds` is a list, so that lines to add can be shown in the same form.
  var hasKindList = false

  /// - Parameters:
  ///   - folder: absolute folder of the file.
  ///   - verificationKeys: those that an original file gives, absolute, by the kind's name in lower case.
  static func read(
    _ document: YAMLDocument, folder: String, verificationKeys: [String: String] = [:], withKinds: Bool = true
  ) -> MusterFile {
    var file = MusterFile(path: document.path, folder: folder)
    let root = document.root
    root.checkKeys(Schema.top, hints: originalHints)
    for setting in TopSettings.all {
      let check = { (text: String) throws(BadValue) in
        try setting.check(text)
        return text
      }
      file.values[setting.key.name] = root.value(setting.key.name, check)
    }
    file.listeners = ListenerReader.read(root)
    (file.limits, file.givenLimits) = LimitsReader.read(root)
    guard withKinds else { return file }
    let keep = file.values["keep"].flatMap { try? TopSettings.keep.parse($0.value) }
    let reader = KindReader(folder: folder, keep: keep ?? Defaults.keep, verificationKeys: verificationKeys)
    (file.kinds, file.hasKindList) = KindListReader(reader: reader).read(root)
    return file
  }

  /// Keys of the original files that people write into this one.
  private static let originalHints = [
    "listenaddr": "that is a key of the original coordinator.yaml; here write listen",
    "port": "that is a key of the original coordinator.yaml; here write listen",
    "db": "that is a key of the original coordinator.yaml; here write store",
    "proving_order": "that is a key of the original coordinator.yaml; here each kind has an order",
    "circuits": "that is a key of the original coordinator.yaml; here write kinds",
    "circuit": "that is a key of the original client.yaml; here write kinds",
    "upstream": "that is a key of the original client.yaml; here write coordinator",
  ]
}
