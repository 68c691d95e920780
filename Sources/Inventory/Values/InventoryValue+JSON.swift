extension InventoryValue {
  /// The value as JSON: keys sorted, ASCII only.
  ///
  /// - Parameter isIndented: over several lines, by four blanks as Ansible does; otherwise in one line without blanks.
  public func json(isIndented: Bool = false) -> String { JSONText.of(self, isIndented: isIndented) }
}
