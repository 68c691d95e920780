/// In which form an inventory is written.
public enum InventoryFormat: String, Sendable, Hashable, CaseIterable {
  /// Ansible's INI form.
  case ini
  /// Ansible's YAML form, of which JSON is a part.
  case yaml
  /// Muster's own `cluster.yaml`.
  case cluster
}
