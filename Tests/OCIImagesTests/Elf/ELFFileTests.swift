import Foundation
import SeededDice
import Testing

@testable import OCIImages

@Suite("ELF files")
struct ELFFileTests {
  private func read(_ bytes: [UInt8]) throws(OCIError) -> ELFFile {
    try ELFFile(
      ELFBytes(name: "x", size: Int64(bytes.count)) { (offset, count) throws(OCIError) in
        Array(bytes.dropFirst(Int(offset)).prefix(count))
      })
  }

  @Test("of 32 and 64 bits and both byte orders are read", arguments: [true, false], [true, false])
  func forms(wide: Bool, little: Bool) throws {
    let builder = ELFBuilder(
      needed: ["liba.so.1", "libb.so"], rpath: "/a:/b", runpath: "$ORIGIN", name: "libme.so", machine: 20, wide: wide,
      little: little)
    let elf = try read(builder.bytes)
    #expect(elf.kind == ELFFile.Kind(is64Bit: wide, isLittleEndian: little, machine: 20))
    #expect(elf.interpreter == "/lib/ld.so")
    #expect(elf.needed == ["liba.so.1", "libb.so"])
    #expect(elf.rpath == ["/a", "/b"] && elf.runpath == ["$ORIGIN"] && elf.libraryName == "libme.so")
  }

  @Test("say which platform they are for")
  func architecture() throws {
    for (machine, wide, little, name) in [
      (62, true, true, "amd64"), (183, true, true, "arm64"), (21, true, false, "ppc64"),
    ] {
      let bytes = ELFBuilder(machine: UInt16(machine), wide: wide, little: little).bytes
      let program = ProgramArchitecture(kind: try read(bytes).kind)
      #expect(program.architecture == name && program.runs(on: Platform(architecture: name, variant: "v8")))
      #expect(
        !program.runs(on: Platform(architecture: "386")) && !program.runs(on: Platform(os: "a", architecture: name)))
    }
    let unknown = ProgramArchitecture(kind: try read(ELFBuilder(machine: 4711).bytes).kind)
    #expect(unknown.architecture == nil && unknown.description.contains("4711"))
    #expect(try ProgramArchitecture.of("/bin/sh").runs(on: .current))
  }

  @Test("of any damage are read or refused, and never crash the program")
  func fuzz() throws {
    var mutations = Dice(seed: 6)
    let shell = try Array(Data(contentsOf: URL(fileURLWithPath: "/bin/sh")))
    let seeds = [
      ELFBuilder(needed: ["a", "b"], runpath: "/x").bytes, ELFBuilder(needed: ["a"], wide: false, little: false).bytes,
    ]
    for round in 0..<20_000 {
      do { _ = try read(mutations.damaged(seeds[round % 2])) } catch { #expect(!error.message.isEmpty) }
    }
    for _ in 0..<200 {
      var bytes = shell
      // Where the numbers are.
      for _ in 0..<4 {
        bytes[Int.random(in: 4..<1000, using: &mutations)] = UInt8.random(in: 0...255, using: &mutations)
      }
      do { _ = try read(bytes) } catch { #expect(!error.message.isEmpty) }
    }
    for length in 0..<200 { #expect(throws: OCIError.self) { try read(Array(seeds[0].prefix(length))) } }
  }
}
