/// Why a setting of `cluster.yaml` cannot be taken.
struct SettingFault: Error {
  /// The end of a sentence that begins with the setting's name.
  let reason: String
}
