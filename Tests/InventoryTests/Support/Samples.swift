import Foundation
import Inventory

/// Inventories with what `ansible-inventory --list` prints of them, and those that it refuses.
enum Samples {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Samples")

  static func names(in folder: URL = folder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".ini") }.sorted()
  }

  static func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: name))) }

  /// The output without what says only which version printed it.
  static func expected(_ name: String) throws -> NSDictionary {
    let data = try Data(contentsOf: folder.appending(path: name.replacing(".ini", with: ".json")))
    var object = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    var meta = object["_meta"] as? [String: Any] ?? [:]
    meta["profile"] = nil
    object["_meta"] = meta
    return object as NSDictionary
  }
}

/// Reads an inventory out of a text.
func inventory(_ text: String, name: String = "inv.toml") throws -> MachineInventory {
  try MachineInventory.read(Array(text.utf8), name: name)
}

/// What is wrong with a text, a line each.
func problems(_ text: String, name: String = "inv.toml") -> [String] {
  do {
    _ = try MachineInventory.read(Array(text.utf8), name: name)
    return []
  } catch {
    return error.problems.map(\.description)
  }
}

/// The effective variables of a host as one line of JSON.
func variables(_ inventory: MachineInventory, _ host: String) -> String {
  InventoryValue.map(inventory.variables(of: host).mapValues(\.value)).json()
}
