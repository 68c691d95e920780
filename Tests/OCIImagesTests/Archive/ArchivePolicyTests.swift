import Testing

@testable import OCIImages

@Suite("Hostile archives")
struct ArchivePolicyTests {
  private func file(_ path: String) -> TarEntry { TarEntry(path: path, kind: .file, mode: 0o644) }
  private func link(_ path: String, _ target: String) -> TarEntry {
    TarEntry(path: path, kind: .symbolicLink(target: target), mode: 0o777)
  }
  private func hard(_ path: String, _ target: String) -> TarEntry {
    TarEntry(path: path, kind: .hardLink(target: target), mode: 0o644)
  }
  private func folder(_ path: String) -> TarEntry { TarEntry(path: path, kind: .directory, mode: 0o755) }

  private func refuses(_ entries: [TarEntry], use: ArchivePolicy.Use = .folder) -> Bool {
    var policy = ArchivePolicy(use)
    do {
      for entry in entries { _ = try policy.admit(entry) }
      return false
    } catch {
      return error.code == .badArchive
    }
  }

  @Test("may not have paths that lead out")
  func paths() {
    for path in ["/etc/passwd", "../x", "a/../../x", "a/..", "..", "", String(repeating: "a", count: 256), "."] {
      #expect(refuses([file(path)]), "\(path)")
      #expect(refuses([file(path)], use: .layer), "\(path)")
    }
    #expect(!refuses([folder("./"), file("./a//b"), file("...")]))
  }

  @Test("are judged by bytes: an accent on a slash hides nothing, and names that look alike are two")
  func unicode() {
    for path in ["/\u{301}etc/passwd", "../\u{301}x", "a/../\u{301}x/../../b"] {
      #expect(refuses([file(path)]), "\(path)")
      #expect(refuses([link("l", path)]), "\(path)")
    }
    #expect(refuses([link("a", "b"), file("a/\u{301}x")]))
    #expect(!refuses([file("caf\u{E9}"), file("cafe\u{301}")]))
    #expect(refuses([file("caf\u{E9}"), hard("a", "cafe\u{301}")]))
  }

  @Test("cannot make who reads them remember more than was allowed, by deep or long paths")
  func memory() throws {
    #expect(!refuses([file("d/" + Array(repeating: "a", count: 255).joined(separator: "/"))]))
    #expect(refuses([file("d/" + Array(repeating: "a", count: 256).joined(separator: "/"))]))
    var limits = ArchiveLimits()
    limits.entries = 100
    var deep = ArchivePolicy(.folder, limits: limits)
    #expect(throws: OCIError.self) {
      for name in ["a", "b"] { _ = try deep.admit(file(Array(repeating: name, count: 60).joined(separator: "/"))) }
    }
    var long = ArchivePolicy(.folder, limits: limits)
    let name = String(repeating: "n", count: 255)
    #expect(throws: OCIError.self) {
      for index in 0..<9 {
        _ = try long.admit(file("\(index)/" + Array(repeating: name, count: 6).joined(separator: "/")))
      }
    }
    #expect(ArchiveLimits.ofImages.entries == 200_000)
  }

  @Test("may not have links out; in a container's root, links are its own affair")
  func links() {
    for target in ["/etc", "..", "../../x", "b/../../..", ""] {
      #expect(refuses([link("a/l", target + (target == ".." ? "/.." : ""))]), "\(target)")
    }
    #expect(!refuses([link("a/l", "../b/c"), link("k", "a/b")]))
    // By its text it stays within; by way of the other link it does not.
    #expect(refuses([link("d/up", ".."), link("d/x", "up/../etc")]))
    #expect(!refuses([link("bin", "/usr/bin"), link("x", "../../y")], use: .layer))
  }

  @Test("may not have hard links to what did not come before as a file")
  func hardLinks() {
    #expect(refuses([hard("a", "b")]))
    #expect(refuses([hard("a", "../b")]))
    #expect(refuses([hard("a", "/etc/shadow")]))
    #expect(refuses([link("l", "x"), hard("a", "l")]))
    #expect(refuses([folder("d"), hard("a", "d")]))
    #expect(!refuses([file("b"), hard("a", "b"), hard("c", "./a")]))
  }

  @Test("may not write through a link, or take a folder's place with one")
  func through() {
    #expect(refuses([link("a", "b"), file("a/x")]))
    #expect(refuses([file("a"), file("a/b/c")]))
    #expect(refuses([file("a/x"), link("a", "b")]))
    #expect(refuses([folder("a"), link("a", "b")]))
  }

  @Test("may not have an entry twice, except folders")
  func twice() {
    #expect(refuses([file("a"), file("./a")]))
    #expect(refuses([file("a"), link("a", "b")]))
    #expect(refuses([link("a", "b"), folder("a")]))
    #expect(!refuses([folder("a"), file("a/b"), folder("a/")]))
  }

  @Test("may have devices only where that is allowed")
  func devices() throws {
    let device = TarEntry(path: "dev/sda", kind: .blockDevice(major: 8, minor: 0), mode: 0o600)
    #expect(refuses([device], use: .layer))
    var policy = ArchivePolicy(.layer, allowsDevices: true)
    #expect(try policy.admit(device).description == "dev/sda")
  }
}
