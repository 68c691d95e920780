import MusterCore
import RemoteHosts
import SeededDice
import Testing

@testable import Provisioning

@Suite("Trying a machine's own sources of packages")
struct SourceTrialTests {
  private let needs = [
    PackageNeed(["kmod"], .base, reason: "it is needed"),
    PackageNeed(["nvidia-driver", "cuda-drivers"], .nvidiaDriver, reason: "it is needed"),
    PackageNeed(["docker.io"], .docker, reason: "it is wished", isRequired: false),
  ]

  private func read(_ lines: [String]) -> PackageOffer? {
    let text = ([SourceTrialScript.header] + lines + ["end", ""]).joined(separator: "\n")
    return SourceTrialAnswer(RemoteAnswer(status: 0, output: Array(text.utf8))).map { PackageOffer(needs, $0) }
  }

  @Test("every shell reads the script", arguments: LocalMachine.shells)
  func syntax(shell: [String]) throws {
    let system = SystemRelease(id: "debian", version: "12", codename: "bookworm")
    let repository = try PackageRepository.docker("https://mirror.example", system, .apt, machine: "x86_64").get()
    try LocalMachine.with { machine in
      for manager in [PackageManager.apt, .dnf] {
        for key in [nil, RepositoryKey(Array("-----BEGIN".utf8))] {
          let script = SourceTrialScript.script(needs, manager, repository: repository, key: key)
          let answer = try machine.run(shell, "if false; then\n\(script.text)\nfi\n")
          #expect(answer.status == 0, "\(answer.errorText)")
          #expect(script.input == (key?.bytes ?? []))
        }
      }
    }
  }

  @Test("names that mean something to a shell are left out")
  func names() {
    let script = SourceTrialScript.script([PackageNeed(["a;reboot", "kmod", "-x", "$(x)"], .base, reason: "")], .apt)
    #expect(script.text.hasPrefix("set -- 'kmod'\n"))
  }

  @Test("what is there, can be had and cannot be had is told apart")
  func outcomes() throws {
    let offer = try #require(
      read([
        "installed 0 kmod", "found 1 cuda-drivers", "lacks 2", "say Unable to locate package docker.io", "new dkms 1",
      ]))
    #expect(offer[needs[0]] == .installed("kmod"))
    #expect(offer[needs[1]] == .available("cuda-drivers"))
    #expect(offer[needs[2]] == .absent(why: "the sources answer and do not have it"))
    #expect(offer[PackageNeed(["x1"], .base, reason: "")] == .unknown(why: "they were not asked"))
  }

  @Test("what would change installed packages is not taken, as a reset could not bring them back")
  func changes() throws {
    let offer = try #require(read(["found 0 kmod", "change libc6 2.36-9", "lacks 1", "lacks 2"]))
    guard case .absent(let why) = offer[needs[0]] else {
      Issue.record("it is taken")
      return
    }
    #expect(why.contains("libc6 2.36-9"))
  }

  @Test("no sources at all is a sentence of its own")
  func none() throws {
    let offer = try #require(read(["none", "lacks 0", "lacks 1", "lacks 2"]))
    #expect(offer[needs[0]] == .absent(why: "it has none"))
  }

  @Test("a machine may answer only what was asked")
  func strange() {
    #expect(read(["found 1 kmod"])?[needs[1]] != .available("kmod"))
    for line in ["found 0 a;b", "found x kmod", "found 0", "what 1", "", "new a"] {
      #expect(read([line]) == nil, "\(line)")
    }
    #expect(SourceTrialAnswer(RemoteAnswer(status: 1)) == nil)
    #expect(SourceTrialAnswer(RemoteAnswer(status: 0, output: Array("muster-sources 1\nfound 0 kmod\n".utf8))) == nil)
  }

  @Test("damaged answers are refused or mean what they say")
  func fuzz() {
    let text = "muster-sources 1\ninstalled 0 kmod\nsay E: x\nfound 1 cuda-drivers\nlacks 2\nnew a 1\nchange b 2\nend\n"
    var dice = Dice(seed: 11)
    for _ in 0..<3000 {
      let bytes = dice.damaged(text, marks: "0123 \nabfkmo;$(")
      guard let answer = SourceTrialAnswer(RemoteAnswer(status: 0, output: bytes)) else { continue }
      #expect((Array(answer.found.values) + Array(answer.installed.values)).allSatisfy(PackageManager.isName))
      _ = PackageOffer(needs, answer)
    }
  }

  @Test(
    "each complaint of apt and dnf has its sentence",
    arguments: [
      ("Could not resolve 'mirror.example'", "the name mirror.example cannot be resolved"),
      (
        "Failed to fetch http://mirror.example/debian/dists/bookworm/InRelease  Could not connect to mirror.example:80 (10.0.0.1). - connect (111: Connection refused)",
        "http://mirror.example/debian/dists/bookworm/InRelease refuses the connection"
      ),
      (
        "Failed to fetch http://10.0.0.9/debian/dists/bookworm/InRelease  Could not connect to 10.0.0.9:80 (10.0.0.9), connection timed out",
        "http://10.0.0.9/debian/dists/bookworm/InRelease does not answer"
      ),
      (
        "The repository 'http://mirror.example/debian bookworm Release' is not signed.",
        "http://mirror.example/debian is not signed, so nothing of it can be trusted"
      ),
      (
        "The repository 'http://mirror.example/no bookworm Release' does not have a Release file.",
        "there is no source of packages at http://mirror.example/no"
      ),
      (
        "GPG error: http://mirror.example/debian bookworm InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 8BC2A376FF417511",
        "http://mirror.example/debian is signed with the key 8BC2A376FF417511, which the machine does not know"
      ),
      (
        "GPG error: http://mirror.example/debian bookworm InRelease: The following signatures were invalid: BADSIG 8BC2A376FF417511 key",
        "the signature of http://mirror.example/debian is wrong, or made with a key that does not count any more"
      ),
      (
        "Release file for http://mirror.example/debian/dists/bookworm/InRelease is not valid yet (invalid for another 2h).",
        "the lists of http://mirror.example/debian/dists/bookworm/InRelease are not valid at the machine's time; see its clock"
      ),
      (
        "Failed to fetch http://mirror.example/p/Packages.gz  Hash Sum mismatch",
        "http://mirror.example/p/Packages.gz gives something else than its own list says"
      ),
      (
        "Failed to fetch https://mirror.example/x  Certificate verification failed: The certificate is NOT trusted.",
        "the certificate of https://mirror.example/x cannot be verified"
      ),
      (
        "Curl error (6): Couldn't resolve host name for http://mirror.example/x/repodata/repomd.xml [Could not resolve host: mirror.example]",
        "the name mirror.example cannot be resolved"
      ),
      (
        "Curl error (7): Couldn't connect to server for http://10.0.0.1:9/x/repodata/repomd.xml [Failed to connect to 10.0.0.1 port 9]",
        "http://10.0.0.1:9/x/repodata/repomd.xml refuses the connection"
      ),
      ("Unable to locate package docker.io", "the sources answer and do not have it"),
      ("Error: Unable to find a match: docker-ce", "the sources answer and do not have it"),
      (
        "docker.io : Depends: runc but it is not installable",
        "what it needs itself cannot be had ('docker.io : Depends: runc but it is not installable')"
      ),
      (
        "Malformed entry 1 in list file /etc/apt/sources.list (URI)",
        "its list of sources cannot be read ('Malformed entry 1 in list file /etc/apt/sources.list (URI)')"
      ),
      ("Something else", "the package manager says 'Something else'"),
    ])
  func complaints(line: String, sentence: String) { #expect(SourceComplaint.why([line]) == sentence) }

  @Test("nobody is asked who needs nothing, and a machine without apt and dnf cannot be")
  func unasked() async throws {
    let shell = ScriptedShell("m1") { _ in "" }
    _ = try await SourceTrial.ask(PackageWishes(manager: .apt), shell)
    let offer = try await SourceTrial.ask(PackageWishes(needs: needs), shell)
    #expect(offer[needs[0]] == .unknown(why: "it has neither apt-get nor dnf"))
    #expect(shell.purposes == [])
  }
}
