import Foundation
import Inventory
import Testing

/// Random inventories and what Ansible made of them, written down by `Tests/Inventory/run record`.
@Suite struct RecordedTests {
  private static func entries() throws -> [[String: Any]] {
    let data = try Data(contentsOf: Samples.folder.appending(path: "random.json"))
    return try JSONSerialization.jsonObject(with: data) as? [[String: Any]] ?? []
  }

  @Test("what Ansible reads is read as it reads it, and what it refuses is refused", arguments: try entries().indices)
  func recorded(number: Int) throws {
    let entry = try Self.entries()[number]
    let text = try #require(entry["text"] as? String)
    let read = try? inventory(text)
    guard let answer = entry["answer"] as? NSDictionary else { return #expect(read == nil, "\(text)") }
    let listing = InventoryListing.value(of: try #require(read, "\(text)"), isRedacted: false).json()
    let mine = try #require(try JSONSerialization.jsonObject(with: Data(listing.utf8)) as? NSDictionary)
    #expect(mine == answer, "\(text)\n\(listing)")
    try ConversionTests.check(try inventory(text), text)
  }

  @Test("enough was recorded, of both forms, and most of it can be read")
  func enough() throws {
    let entries = try Self.entries()
    #expect(entries.count { $0["form"] as? String == "yaml" } >= 80)
    #expect(entries.count { $0["form"] as? String == "ini" } >= 80)
    #expect(entries.count { $0["answer"] is NSDictionary } > entries.count / 2)
  }
}
