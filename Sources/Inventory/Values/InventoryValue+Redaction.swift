extension InventoryValue {
  /// What stands in the place of a secret.
  public static let redactedText = "<redacted>"

  /// The value as it may be shown: hidden if the variable's name says that it is a secret; in mappings member by member.
  public func redacted(name: String) -> InventoryValue {
    switch self {
    case .null: self
    case .text("") where SecretNames.contain(name): self
    case _ where SecretNames.contain(name): .text(Self.redactedText)
    case .map(let members): .map(members.reduce(into: [:]) { $0[$1.key] = $1.value.redacted(name: $1.key) })
    case .list(let elements): .list(elements.map { $0.redacted(name: "") })
    default: self
    }
  }
}
