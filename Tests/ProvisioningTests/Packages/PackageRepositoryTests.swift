import Testing

@testable import Provisioning

@Suite("What docker_repo means")
struct PackageRepositoryTests {
  private let bookworm = SystemRelease(id: "debian", version: "12", codename: "bookworm")

  private func apt(_ given: String, _ system: SystemRelease? = nil, key: String? = nil) throws -> String {
    try PackageRepository.docker(given, system ?? bookworm, .apt, machine: "x86_64").get().text(key: key)
  }

  @Test(
    "the folder of the system is found from wherever the URL ends",
    arguments: [
      "https://mirror.example/docker-ce", "https://mirror.example/docker-ce/", "https://mirror.example/docker-ce/linux",
      "https://mirror.example/docker-ce/linux/debian", " https://mirror.example/docker-ce/linux/debian/ ",
    ])
  func folders(given: String) throws {
    #expect(try apt(given) == "deb [arch=amd64] https://mirror.example/docker-ce/linux/debian bookworm stable\n")
  }

  @Test("the bundle's key is the only one that counts, where there is one")
  func key() throws {
    #expect(
      try apt("https://mirror.example", key: "/usr/share/keyrings/muster-docker.asc")
        == "deb [arch=amd64 signed-by=/usr/share/keyrings/muster-docker.asc] https://mirror.example/linux/debian bookworm stable\n"
    )
  }

  @Test("systems that are made from Ubuntu use its folder, others that of Debian")
  func kin() throws {
    let mint = SystemRelease(id: "linuxmint", version: "22", like: ["ubuntu", "debian"], codename: "noble")
    #expect(try apt("https://mirror.example", mint).contains("/linux/ubuntu noble stable"))
    let other = SystemRelease(id: "other", version: "1", like: ["debian"], codename: "bookworm")
    #expect(try apt("https://mirror.example", other).contains("/linux/debian bookworm stable"))
  }

  @Test("a whole line of sources.list is taken as it is")
  func line() throws {
    let line = "deb [arch=amd64 trusted=yes] http://mirror.example/apt ./ main"
    #expect(try apt(line) == line + "\n")
  }

  @Test("a whole line gets the bundle's key, unless it names one")
  func lineWithKey() throws {
    #expect(
      try apt("deb [arch=amd64] http://mirror.example/apt ./ main", key: "/k.asc")
        == "deb [arch=amd64 signed-by=/k.asc] http://mirror.example/apt ./ main\n")
    let plain = "deb http://mirror.example/apt bookworm stable"
    #expect(try apt(plain, key: "/k.asc") == "deb [signed-by=/k.asc] http://mirror.example/apt bookworm stable\n")
    #expect(try apt(plain) == plain + "\n")
    let named = "deb [signed-by=/own.asc] http://mirror.example/apt bookworm stable"
    #expect(try apt(named, key: "/k.asc") == named + "\n" && apt(named) == named + "\n")
  }

  @Test("dnf gets a file of its own form")
  func dnf() throws {
    let rocky = SystemRelease(id: "rocky", version: "9.5", like: ["rhel"])
    let repository = try PackageRepository.docker("https://mirror.example/docker-ce", rocky, .dnf, machine: "x86_64")
      .get()
    #expect(repository.path == "/etc/yum.repos.d/muster-docker.repo")
    let text = repository.text(key: "/etc/pki/rpm-gpg/muster-docker.asc")
    #expect(text.contains("baseurl=https://mirror.example/docker-ce/linux/centos/$releasever/$basearch/stable\n"))
    #expect(text.contains("gpgkey=file:///etc/pki/rpm-gpg/muster-docker.asc\n"))
    #expect(!repository.text(key: nil).contains("gpgkey"))
  }

  @Test(
    "what means something to a shell or to apt, holds a password, or is no URL is refused",
    arguments: [
      "", "mirror.example", "ftp://mirror.example", "https://", "https://a b", "https://a\nb", "https://user:pw@a/x",
      "https://a/$(reboot)", "https://a/'", "deb", "deb x y z", "deb https://a/'x bookworm stable",
      "deb https://a/x b\ndeb https://b", "https://a/]x", "<key>",
    ])
  func refused(given: String) {
    #expect(throws: PackageRepository.Fault.self) { try apt(given) }
  }

  @Test("a system without a codename wants the whole line")
  func noCodename() {
    let system = SystemRelease(id: "debian", version: "")
    #expect { try apt("https://mirror.example", system) } throws: { "\($0)".contains("whole line") }
  }
}
