extension MachineInventory {
  /// Reads an inventory file of any form; the content says which it is, not the file's ending.
  ///
  /// - Throws: ``InventoryError`` with everything that is wrong with it, each with its line.
  public static func load(_ path: String) throws(InventoryError) -> MachineInventory {
    try read(try BoundedFile.read(path), name: path)
  }

  /// As above, from bytes.
  ///
  /// - Parameter name: what stands before the line in problems.
  public static func read(_ bytes: [UInt8], name: String) throws(InventoryError) -> MachineInventory {
    guard bytes.count <= InventoryLimits.fileSize else {
      throw InventoryError(
        .badInventory, file: name, "the file is over \(InventoryLimits.fileSize >> 20) MiB; is this the right file?")
    }
    guard FormatDetector.isYAML(bytes) else { return try IniReader.read(bytes, file: name) }
    let collector = ProblemCollector(file: name)
    let root: YamlNode?
    do {
      root = try YamlReader.read(bytes, collector)
    } catch {
      throw InventoryError(.badInventory, file: name, line: error.line, error.reason)
    }
    guard let root, !root.isNull else {
      throw InventoryError(.badInventory, file: name, "the file is YAML but holds nothing; begin with 'all:'")
    }
    if ClusterFile.isMarked(root) { return try ClusterFileReader.read(root, collector) }
    return try AnsibleYamlReader.read(root, collector)
  }
}
