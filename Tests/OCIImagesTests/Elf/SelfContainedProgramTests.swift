import Foundation
import Testing

@testable import OCIImages

@Suite("A program with a linker and libraries of its own")
struct SelfContainedProgramTests {
  private static let linker = "/lib64/ld-linux-x86-64.so.2"

  /// A machine with a program, its linker and two libraries.
  private func machine(
    _ program: ELFBuilder, a: ELFBuilder = ELFBuilder(needed: ["libc.so.6"], interpreter: nil)
  ) throws -> ScratchFolder {
    let root = try ScratchFolder()
    try root.write("bin/app", program.bytes, mode: 0o755)
    try root.write("lib64/ld-linux-x86-64.so.2", ELFBuilder(name: "ld-linux-x86-64.so.2", interpreter: nil).bytes)
    try root.write("lib64/libc.so.6", ELFBuilder(needed: ["ld-linux-x86-64.so.2"], interpreter: nil).bytes)
    try root.write("lib64/liba.so", a.bytes)
    try root.write("lib64/libb.so", ELFBuilder(interpreter: nil).bytes)
    return root
  }

  private func moved(_ root: ScratchFolder, to path: String = "/opt/app/app") throws -> SelfContainedProgram {
    try SelfContainedProgram("/bin/app", at: path, root: root.path, temporaryFolder: root.path)
  }

  @Test("has everything in one folder, and only the linker's path is another in its file")
  func folder() throws {
    let program = ELFBuilder(needed: ["liba.so", "libc.so.6"], runpath: "$ORIGIN", interpreter: Self.linker)
    let root = try machine(program)
    let result = try moved(root)
    #expect(
      result.contents.map(\.path) == ["/opt/app/app", "/opt/app/ld.so", "/opt/app/liba.so", "/opt/app/libc.so.6"])
    guard case .copy(let source)? = result.contents.first?.kind else {
      Issue.record("the program is no copy")
      return
    }
    let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: source)))
    let place = try #require(try ELFFile("\(root.path)/bin/app").interpreterRange)
    #expect(try ELFFile(source).interpreter == "/opt/app/ld.so")
    let before = program.bytes
    #expect(bytes.count == before.count)
    #expect(bytes.indices.allSatisfy { bytes[$0] == before[$0] || place.contains(Int64($0)) })
    #expect(bytes[Int(place.upperBound)...] == before[Int(place.upperBound)...])
  }

  @Test("is the program alone where that is static")
  func alone() throws {
    let root = try machine(ELFBuilder(interpreter: nil))
    #expect(try moved(root).contents.map(\.path) == ["/opt/app/app"])
  }

  @Test("finds what only libraries need by their own $ORIGIN, or by an RPATH of the program")
  func inherited() throws {
    let own = ELFBuilder(needed: ["libb.so"], runpath: "/x:${ORIGIN}", interpreter: nil)
    let byRunpath = ELFBuilder(needed: ["liba.so"], runpath: "$ORIGIN", interpreter: Self.linker)
    #expect(try moved(machine(byRunpath, a: own)).contents.count == 4)
    let plain = ELFBuilder(needed: ["libb.so"], interpreter: nil)
    let byRpath = ELFBuilder(needed: ["liba.so"], rpath: "$ORIGIN", interpreter: Self.linker)
    #expect(try moved(machine(byRpath, a: plain)).contents.count == 4)
  }

  @Test("is refused if the base's libraries would be taken, or there is no room for the path")
  func refused() throws {
    func refusal(_ program: ELFBuilder, a: ELFBuilder? = nil, at path: String = "/opt/app/app") throws -> OCIError? {
      let root = try machine(program, a: a ?? ELFBuilder(interpreter: nil))
      return #expect(throws: OCIError.self) { try moved(root, to: path) }
    }
    let none = try refusal(ELFBuilder(needed: ["liba.so"], interpreter: Self.linker))
    #expect(none?.message.contains("'liba.so'") == true && none?.message.contains("$ORIGIN") == true)
    let beside = ELFBuilder(needed: ["liba.so"], runpath: "$ORIGIN", interpreter: Self.linker)
    let other = try refusal(beside, a: ELFBuilder(needed: ["libb.so"], interpreter: nil))
    #expect(other?.message.contains("'libb.so'") == true)
    let long = try refusal(beside, at: "/opt/a-folder-with-a-long-name/app")
    #expect(long?.message.contains("shorter") == true)
    #expect(throws: OCIError.self) { try SelfContainedProgram("/no/such", at: "/opt/a") }
  }

  @Test("really runs, with its own linker and C library", .enabled(if: Program.isThere("cc")))
  func runs() throws {
    let scratch = try ScratchFolder()
    let source = try scratch.write(
      "app.c",
      #"#include <stdio.h>"# + "\nint main(void) { FILE *f = fopen(\"/proc/self/maps\", \"r\"); int c; "
        + "while ((c = fgetc(f)) != EOF) putchar(c); return 0; }\n")
    try Program.run("cc", ["-o", "\(scratch.path)/app", source, "-Wl,-rpath,$ORIGIN"])
    // Short: the linker's path has to fit.
    let home = "/tmp/m\(UInt32.random(in: 0..<1_000_000))"
    let program = try SelfContainedProgram("\(scratch.path)/app", at: "\(home)/app")
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: home) }
    for content in program.contents {
      guard case .copy(let file) = content.kind else { continue }
      try FileManager.default.copyItem(
        at: URL(fileURLWithPath: file).resolvingSymlinksInPath(), to: URL(fileURLWithPath: content.path))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: content.path)
    }
    let maps = try Program.run("\(home)/app", [])
    let files = Set(
      maps.split(separator: "\n").compactMap { $0.split(separator: " ").last }.filter { $0.hasPrefix("/") })
    #expect(files == ["\(home)/app", "\(home)/ld.so", "\(home)/libc.so.6"])
  }
}
