import Testing

@testable import OCIImages

@Suite struct ImageLocationTests {
  @Test("Layouts, archives and registries are told apart by what stands before them")
  func forms() throws {
    #expect(try ImageLocation("oci:out") == .layout(directory: "out", image: nil))
    #expect(try ImageLocation("oci:/a/b:1.0") == .layout(directory: "/a/b", image: .tag("1.0")))
    let digest = Digest.of([1])
    #expect(try ImageLocation("oci:a@\(digest)") == .layout(directory: "a", image: .digest(digest)))
    #expect(try ImageLocation("docker-archive:a.tar") == .dockerArchive(file: "a.tar", name: nil))
    #expect(
      try ImageLocation("docker-archive:/t/a.tar:host.example:80/app:1")
        == .dockerArchive(file: "/t/a.tar", name: "host.example:80/app:1"))
    let reference = try ImageReference("registry.example/app:1")
    #expect(try ImageLocation("registry.example/app:1") == .registry(reference))
    #expect(try ImageLocation("docker://registry.example/app:1") == .registry(reference))
    #expect(try ImageLocation("app:1", defaultRegistry: "registry.example") == .registry(reference))
  }

  @Test("A colon in a folder's path is part of it, and one in its last name begins the tag")
  func colons() throws {
    #expect(try ImageLocation("oci:/a:b/c") == .layout(directory: "/a:b/c", image: nil))
    #expect(try ImageLocation("oci:/a:b/c:t") == .layout(directory: "/a:b/c", image: .tag("t")))
  }

  @Test(
    "A path without a form before it, an empty path and a bad tag are refused",
    arguments: [
      "/a/b", "./a", "../a", "oci:", "oci::t", "oci:a:", "oci:a:b c", "oci:a@sha256:1", "docker-archive:",
      "docker-archive::a", "docker-archive:a:", "docker-archive:a:b:c:d:e",
    ])
  func refused(_ text: String) { #expect(throws: OCIError.self) { try ImageLocation(text) } }
}
