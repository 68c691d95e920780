import Inventory
import SeededDice
import Testing

/// Damaged inventories. Whatever they hold, they are read or refused: no crash, no end of memory, no waiting; what is read
/// can be listed and converted.
@Suite struct FuzzTests {
  private static let marks = "[]:=#;'\"\\ \n\r\t,.{}()-+_*&!|<>%@`~$0123456789abxyzTN\u{0}"

  private func feed(_ bytes: [UInt8]) {
    do {
      let read = try MachineInventory.read(bytes, name: "f")
      _ = InventoryListing.value(of: read).json()
      let text = ClusterFileWriter.text(of: read)
      #expect(throws: Never.self) { try MachineInventory.read(Array(text.utf8), name: "converted") }
      _ = try? read.machines(in: PathBase(folder: "/f", home: "/h"))
    } catch {
      #expect(!error.problems.isEmpty && error.problems.count <= 100)
      #expect(error.problems.allSatisfy { !$0.text.isEmpty && $0.line >= 0 })
    }
  }

  @Test("damaged INI", arguments: try Samples.names())
  func ini(name: String) throws {
    var dice = Dice(seed: 7)
    let text = String(decoding: try Samples.bytes(name), as: UTF8.self)
    for _ in 0..<50 { feed(dice.damaged(text, marks: Self.marks)) }
  }

  @Test("damaged YAML and cluster.yaml")
  func yaml() {
    let yaml = """
      all:
        vars: &v {a: 1, b: [x, {c: ~}], d: "e"}
        children:
          g: {hosts: {"w[1:3]": {<<: *v}, h:22: }, vars: {p: !unsafe '{{ q }}'}}
        hosts:
          lone: {t: 1:30, u: 0x1f, w: |
            block
          }
      """
    for (seed, text) in [yaml, ClusterFileTests.example].enumerated() {
      var dice = Dice(seed: UInt64(seed))
      for _ in 0..<500 { feed(dice.damaged(text, marks: Self.marks)) }
    }
  }

  @Test("damaged literals in variables of groups")
  func literals() {
    var dice = Dice(seed: 3)
    let text = #"[1, -2.5e3, 'a\x41' "b", {'k': (1, 2j, None)}, r'\n', {1, 2}, 0x1f, 1_000, True, b'x', ..., set()]"#
    for _ in 0..<1000 {
      feed(Array("h\n[all:vars]\na=".utf8) + dice.damaged(text, marks: "[](){},:'\"\\+-.jxbru0123456789 #_eN"))
    }
  }

  @Test("bytes without any sense")
  func noise() {
    var dice = Dice(seed: 11)
    for _ in 0..<500 { feed((0..<dice.roll(0..<300)).map { _ in UInt8(truncatingIfNeeded: dice.next()) }) }
  }

  @Test("damaged extra variables")
  func extra() {
    var dice = Dice(seed: 5)
    for _ in 0..<1000 {
      let text = String(decoding: dice.damaged("a=1 b='x y' {c: [1]}", marks: Self.marks), as: UTF8.self)
      if text.hasPrefix("@") { continue }
      _ = try? ExtraVariables.read(text)
    }
  }
}
