import TaskModel

/// A kind as a file gives it.
struct KindEntry: Sendable {
  var definition: KindDefinition
  /// Second stage of a circuit that an original client.yaml describes.
  var prove: Located<[String]>?
  /// Where the kind stands.
  var source: SettingSource
  /// The keys that were given, and where.
  var given: [String: SettingSource]
}
