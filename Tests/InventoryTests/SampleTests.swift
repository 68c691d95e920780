import Foundation
import Inventory
import Testing

@Suite struct SampleTests {
  @Test("every sample says what Ansible says", arguments: try Samples.names())
  func sample(name: String) throws {
    let inventory = try MachineInventory.read(try Samples.bytes(name), name: name)
    let text = InventoryListing.value(of: inventory, isRedacted: false).json(isIndented: true)
    let mine = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
    #expect(mine == (try Samples.expected(name)), "\(text)")
  }

  @Test("every sample is the same after conversion to cluster.yaml", arguments: try Samples.names())
  func converted(name: String) throws {
    let inventory = try MachineInventory.read(try Samples.bytes(name), name: name)
    let text = ClusterFileWriter.text(of: inventory)
    let again = try MachineInventory.read(Array(text.utf8), name: "cluster.yaml")
    #expect(again.format == .cluster)
    #expect(
      InventoryListing.value(of: again, isRedacted: false) == InventoryListing.value(of: inventory, isRedacted: false))
  }

  @Test(
    "every broken sample is refused, with the line of the mistake",
    arguments: [
      ("e1-bad-section", 1, "brackets"), ("e12-range-width", 1, "differ in length"), ("e14-comma", 1, "without commas"),
      ("e2-bad-kind", 1, "[g:wrong]"), ("e4-bad-quote", 1, "quote"), ("e6-cycle", 4, "circle"),
      ("e9-range-open", 1, "without an end"), ("f2-bare-bracket-ipv6", 5, "port"),
      ("f4-blanks-in-section", 1, "blanks"),
    ])
  func refused(name: String, line: Int, word: String) throws {
    let error = try #require(throws: InventoryError.self) {
      try MachineInventory.read(try Samples.bytes("errors/\(name).ini"), name: name)
    }
    #expect(error.code == .badInventory)
    #expect(error.problems.first?.line == line)
    #expect(error.message.contains(word), "\(error.message)")
  }

  @Test("no broken sample is left out above")
  func allAreTested() throws { #expect(try Samples.names(in: Samples.folder.appending(path: "errors")).count == 9) }
}
