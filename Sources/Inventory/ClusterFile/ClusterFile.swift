/// Muster's own form of an inventory, `cluster.yaml`: what `docs/cluster-yaml.md` describes and
/// `docs/cluster.schema.json` checks.
public enum ClusterFile {
  /// What `schema:` says in a file of this form.
  public static let schema = "muster/cluster/v1"

  /// What may stand at the top, in a group, and in a machine.
  static let topKeys = ["schema", "settings", "variables", "machines", "groups"]
  static let groupKeys = ["machines", "groups", "priority", "settings", "variables"]
  static let machineKeys = ["settings", "variables"]

  /// Whether the document says that it is of this form.
  static func isMarked(_ root: YamlNode) -> Bool {
    root.map?.contains { $0.key == .text("schema") && !$0.value.isNull && $0.value.map == nil } ?? false
  }
}
