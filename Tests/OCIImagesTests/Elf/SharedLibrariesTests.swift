import Foundation
import Testing

@testable import OCIImages

@Suite("Shared libraries of programs")
struct SharedLibrariesTests {
  @Test(
    "are those that ldd finds",
    arguments: [
      "bash", "tar", "git", "curl", "perl", "python3", "ssh", "openssl", "swift", "gpg", "skopeo", "podman", "psql",
    ])
  func likeLdd(name: String) throws {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
    guard let program = folders.map({ "\($0)/\(name)" }).first(where: FileManager.default.isExecutableFile),
      let elf = try? ELFFile(URL(fileURLWithPath: program).resolvingSymlinksInPath().path), elf.interpreter != nil
    else { return }
    // "libz.so.1 => /lib/…/libz.so.1 (0x…)", or "/lib64/ld-linux-x86-64.so.2 (0x…)"
    let lines = try Program.run("ldd", [program]).split(separator: "\n").map { $0.split(separator: " ") }
    var theirs: Set<String> = []
    for line in lines {
      let path = line.count > 2 && line[1] == "=>" ? line[2] : line.first
      guard let path, path.contains("/") else { continue }
      theirs.insert(URL(fileURLWithPath: path.trimmingCharacters(in: .whitespaces)).resolvingSymlinksInPath().path)
    }
    let ours = try SharedLibraries.find(of: program)
    #expect(Set(ours.map { URL(fileURLWithPath: $0.file).resolvingSymlinksInPath().path }) == theirs)
    #expect(ours.first?.imagePath == elf.interpreter)
  }

  @Test("of a program that is moved move with it, if it finds them from where it is")
  func origin() throws {
    let root = try ScratchFolder()
    try root.write(
      "build/bin/app", ELFBuilder(needed: ["liba.so", "libc.so.6"], runpath: "$ORIGIN/../lib").bytes, mode: 0o755)
    try root.write("build/lib/liba.so", ELFBuilder(needed: ["libb.so"], runpath: "${ORIGIN}/deep").bytes)
    try root.write("build/lib/deep/libb.so", ELFBuilder(needed: ["libc.so.6"]).bytes)
    try root.write("usr/lib/libc.so.6", ELFBuilder().bytes)
    try root.write("lib/ld.so", ELFBuilder().bytes)
    let found = try SharedLibraries.find(of: "/build/bin/app", imagePath: "/opt/bin/app", root: root.path)
    #expect(
      found.map(\.imagePath)
        == ["/lib/ld.so", "/opt/lib/liba.so", "/usr/lib/libc.so.6", "/opt/lib/deep/libb.so"])
  }

  @Test("are looked for as ld.so does: RPATH of all before, RUNPATH of the object only, then the configuration")
  func order() throws {
    let root = try ScratchFolder()
    try root.write("app", ELFBuilder(needed: ["liba.so"], rpath: "/r").bytes)
    try root.write("r/liba.so", ELFBuilder(needed: ["libb.so", "libc.so.6"]).bytes)
    try root.write("r/libb.so", ELFBuilder(needed: ["libd.so"], runpath: "/own").bytes)
    // A RUNPATH shuts the RPATH of others out.
    try root.write("r/libd.so", ELFBuilder().bytes)
    try root.write("conf/libd.so", ELFBuilder().bytes)
    // Of another machine: passed over.
    try root.write("lib64/libc.so.6", ELFBuilder(machine: 183).bytes)
    try root.write("usr/lib64/libc.so.6", ELFBuilder().bytes)
    try root.write("lib/ld.so", ELFBuilder().bytes)
    try root.write("etc/ld.so.conf", "# comment\ninclude ld.so.conf.d/*.conf\n")
    try root.write("etc/ld.so.conf.d/x.conf", "/conf\n")
    let found = try SharedLibraries.find(of: "/app", root: root.path)
    #expect(
      found.map(\.foundAt) == ["/lib/ld.so", "/r/liba.so", "/r/libb.so", "/usr/lib64/libc.so.6", "/conf/libd.so"])
    // An image has no ld.so.conf.
    #expect(found.last?.imagePath == "/usr/lib64/libd.so")
  }

  @Test("that only the configuration leads to move where every linker looks, with what they find from where they are")
  func configured() throws {
    let root = try ScratchFolder()
    try root.write("app", ELFBuilder(needed: ["liba.so", "libc.so.6"]).bytes)
    try root.write(
      "conf/lib/liba.so", ELFBuilder(needed: ["libb.so", "libd.so"], runpath: "$ORIGIN:$ORIGIN/../deep").bytes)
    try root.write("conf/lib/libb.so", ELFBuilder().bytes)
    try root.write("conf/deep/libd.so", ELFBuilder().bytes)
    try root.write("usr/lib/x/ld.so", ELFBuilder().bytes)
    try FileManager.default.createDirectory(atPath: root.path + "/lib", withIntermediateDirectories: true)
    try root.link("lib/ld.so", to: "/usr/lib/x/ld.so")
    try root.write("etc/ld.so.conf", "/conf/lib\n")
    try root.write("usr/lib/libc.so.6", ELFBuilder().bytes)
    func places() throws -> [String] {
      try SharedLibraries.find(of: "/app", root: root.path).dropFirst().map(\.imagePath).sorted()
    }
    #expect(try places() == ["/usr/deep/libd.so", "/usr/lib/liba.so", "/usr/lib/libb.so", "/usr/lib/libc.so.6"])
    // Without a C library beside which they could be: beside the linker itself.
    try root.write("app", ELFBuilder(needed: ["liba.so"]).bytes)
    #expect(try places() == ["/usr/lib/deep/libd.so", "/usr/lib/x/liba.so", "/usr/lib/x/libb.so"])
  }

  @Test("are found through links, which stay below the folder that stands for the root")
  func links() throws {
    let root = try ScratchFolder()
    try root.write("app", ELFBuilder(needed: ["liba.so.1"]).bytes)
    try root.write("usr/lib/liba.so.1.2.3", ELFBuilder(name: "liba.so.1").bytes)
    try root.link("usr/lib/liba.so.1", to: "/usr/lib/../lib/liba.so.1.2.3")
    try root.link("lib", to: "../../../../usr/lib")
    try root.write("usr/lib/ld.so", ELFBuilder().bytes)
    let found = try SharedLibraries.find(of: "/app", root: root.path)
    #expect(found.map(\.foundAt) == ["/lib/ld.so", "/lib/liba.so.1"])
    #expect(found.map(\.file) == ["\(root.path)/usr/lib/ld.so", "\(root.path)/usr/lib/liba.so.1.2.3"])
    // To Swift the slash and its accent are one character, behind which the two dots would not be seen.
    let inner = try ScratchFolder()
    try Program.run("touch", ["./\u{301}x"], in: inner.path)
    try inner.write("root/file", "")
    try Program.run("ln", ["-s", "/../\u{301}x", "root/out"], in: inner.path)
    #expect(RootedFiles(inner.path + "/root").resolve("/out") == nil)
    try root.link("usr/lib/libring.so", to: "libring.so")
    try root.write("ring", ELFBuilder(needed: ["libring.so"]).bytes)
    #expect { try SharedLibraries.find(of: "/ring", root: root.path) } throws: {
      "\($0)".contains("'/ring' needs 'libring.so'")
    }
  }

  @Test("none are needed by a static program; a script is no program")
  func others() throws {
    let root = try ScratchFolder()
    try root.write("static", ELFBuilder(interpreter: nil).bytes)
    #expect(try SharedLibraries.find(of: "/static", root: root.path).isEmpty)
    try root.write("script", "#!/bin/sh\nexit 0\n" + String(repeating: "#", count: 100))
    #expect { try SharedLibraries.find(of: "/script", root: root.path) } throws: { "\($0)".contains("script") }
    #expect { try SharedLibraries.find(of: "/none", root: root.path) } throws: { ($0 as? OCIError)?.code == .notFound }
  }

  @Test("are all that a program from nothing needs: it runs in its own root", .enabled(if: geteuid() == 0))
  func contents() throws {
    let libraries = try SharedLibraries.find(of: "/bin/sh")
    let program = LayerContent(.copy(source: "/bin/sh"), at: "/app/sh")
    let plan = try LayerGathering.plan(
      LayerRecipe(SharedLibraries.layerContents(of: libraries) + [program]), below: [], hasBase: false,
      Offload.Cancellation())
    let folder = try ScratchFolder()
    let blobs = FolderOfBlobs(path: folder.path, temporary: folder.path, isDurable: false)
    let layer = try LayerWriter(blobs: blobs, compression: .none, modified: 0).write(plan, Offload.Cancellation())
    let root = folder.path + "/root"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    try Program.run("tar", ["-xf", blobs.file(layer.descriptor.digest), "-C", root])
    #expect(try Program.run("chroot", [root, "/app/sh", "-c", "echo it runs in $PWD"]) == "it runs in /\n")
    // Without any one of them it does not.
    for library in libraries {
      try FileManager.default.moveItem(atPath: root + library.imagePath, toPath: folder.path + "/aside")
      #expect(try Program.run("sh", ["-c", "chroot '\(root)' /app/sh -c exit || echo no"]) == "no\n")
      try FileManager.default.moveItem(atPath: folder.path + "/aside", toPath: root + library.imagePath)
    }
  }
}
