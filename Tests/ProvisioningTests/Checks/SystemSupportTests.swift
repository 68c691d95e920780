import Testing

@testable import Provisioning

@Suite("Which systems are supported")
struct SystemSupportTests {
  @Test(
    "these are",
    arguments: [
      ("ubuntu", "16.04"), ("ubuntu", "24.04"), ("debian", "11"), ("debian", "13"), ("raspbian", "12"),
      ("rhel", "8.10"),
      ("centos", "9"), ("rocky", "9.5"), ("almalinux", "10.0"), ("ol", "8.9"),
    ])
  func supported(id: String, version: String) {
    #expect(SystemSupport.of(SystemRelease(id: id, version: version)) != nil)
  }

  @Test(
    "these are not",
    arguments: [
      ("ubuntu", "14.04"), ("ubuntu", "15.10"), ("debian", "10"), ("debian", ""), ("rhel", "7.9"), ("centos", "7"),
      ("alpine", "3.20"),
      ("fedora", "40"), ("linuxmint", "22"), ("", ""), ("ubuntu", "rolling"), ("debian", "-12"),
    ])
  func unsupported(id: String, version: String) {
    #expect(SystemSupport.of(SystemRelease(id: id, version: version, like: ["debian"])) == nil)
  }

  @Test("what is made from RHEL has its numbers")
  func like() {
    #expect(SystemSupport.of(SystemRelease(id: "circle", version: "9.4", like: ["rhel", "centos"])) == "like RHEL 9")
    #expect(SystemSupport.of(SystemRelease(id: "amzn", version: "2023", like: ["fedora", "rhel"])) == nil)
  }
}
