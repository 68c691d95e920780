import MusterCore

/// A source of packages that Muster adds to a machine's own, in a file of its own.
public struct PackageRepository: Sendable, Hashable {
  /// Why one cannot be made of what was given.
  public struct Fault: Error, Sendable, Hashable {
    /// The end of a sentence.
    public var why: String
  }

  /// Where its file is.
  public var path: String
  /// Its content; ``keyMark`` stands where the key's path goes.
  private var form: String
  /// Where its key lies, if the bundle has one.
  public var keyPath: String

  private static let keyMark = "<key>"

  /// The content, with or without a key of its own.
  ///
  /// - Parameter key: a path; nil: the keys count that the machine trusts already.
  func text(key: String?) -> String {
    key.map { form.replacing(Self.keyMark, with: $0) }
      ?? form.split(separator: "\n", omittingEmptySubsequences: false).map(Self.withoutKey).joined(separator: "\n")
  }

  private static func withoutKey(_ line: Substring) -> String {
    line.hasPrefix("gpgkey=")
      ? ""
      : String(line).replacing("[signed-by=\(keyMark)] ", with: "").replacing(" signed-by=\(keyMark)", with: "")
  }

  /// What `docker_repo` means for a machine.
  ///
  /// A URL of a mirror that is laid out as Docker's own download site is: up to `/linux` or the system below it, or of what holds
  /// them. Or, on Debian's kin, a whole line `deb …` of sources.list.
  public static func docker(
    _ given: String, _ system: SystemRelease, _ manager: PackageManager, machine: String
  ) -> Result<PackageRepository, Fault> {
    let given = given.trimming()
    switch manager {
    case .apt:
      let path = "/etc/apt/sources.list.d/muster-docker.list"
      let key = "/usr/share/keyrings/muster-docker"
      if given.hasPrefix("deb ") {
        guard isLine(given) else {
          return .failure(Fault(why: "docker_repo is no line 'deb [options] URL suite component' of sources.list"))
        }
        return .success(PackageRepository(path: path, form: "\(signed(given))\n", keyPath: key))
      }
      guard isURL(given) else { return .failure(notURL(given)) }
      guard isWord(system.codename) else {
        return .failure(
          Fault(
            why: "the machine does not say its codename, so write docker_repo as a whole line 'deb URL suite component'"
          ))
      }
      let architecture = MachineArchitecture(machine: machine)?.debianName ?? machine
      let id =
        ["debian", "ubuntu", "raspbian"].contains(system.id)
        ? system.id : system.like.first { $0 == "ubuntu" } ?? "debian"
      let url = below(given, id)
      return .success(
        PackageRepository(
          path: path, form: "deb [arch=\(architecture) signed-by=\(keyMark)] \(url) \(system.codename) stable\n",
          keyPath: key))
    case .dnf:
      guard isURL(given) else { return .failure(notURL(given)) }
      let url = below(given, system.id == "rhel" ? "rhel" : "centos")
      return .success(
        PackageRepository(
          path: "/etc/yum.repos.d/muster-docker.repo",
          form: """
            [muster-docker]
            name=Docker
            baseurl=\(url)/$releasever/$basearch/stable
            enabled=1
            gpgcheck=1
            gpgkey=file://\(keyMark)

            """, keyPath: "/etc/pki/rpm-gpg/muster-docker"))
    }
  }

  /// A line of sources.list with a place for the key, unless it names one.
  private static func signed(_ line: String) -> String {
    guard !line.contains("signed-by=") else { return line }
    let source = line.dropFirst(4).drop(while: \.isWhitespace)
    guard source.hasPrefix("["), let end = source.firstIndex(of: "]") else {
      return "deb [signed-by=\(keyMark)] \(source)"
    }
    return "deb \(source[..<end]) signed-by=\(keyMark)\(source[end...])"
  }

  private static func notURL(_ given: String) -> Fault {
    Fault(why: "docker_repo '\(given.prefix(200))' is no URL such as https://mirror.example/docker-ce")
  }

  /// The folder of a system below what was given.
  private static func below(_ given: String, _ id: String) -> String {
    var url = given
    while url.hasSuffix("/") { url.removeLast() }
    let last = url.split(separator: "/").last.map(String.init) ?? ""
    if ["debian", "ubuntu", "raspbian", "centos", "rhel", "fedora"].contains(last) { return url }
    return last == "linux" ? "\(url)/\(id)" : "\(url)/linux/\(id)"
  }

  private static func isWord(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 64 && MachinePath.isName(text)
  }

  private static func isURL(_ text: String) -> Bool {
    guard
      ["http://", "https://", "file:///"].contains(where: { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }),
      text.utf8.count <= 1000
    else { return false }
    // A password in it would stand in a file that all may read.
    return !text.contains("@") && text.utf8.allSatisfy { isPlain($0) }
  }

  private static func isLine(_ text: String) -> Bool {
    let words = text.split(separator: " ")
    guard words.count >= 3, text.utf8.count <= 2000, words.contains(where: { isURL(String($0)) }) else { return false }
    return text.utf8.allSatisfy { isPlain($0) || " []=,".utf8.contains($0) } && !text.contains("@")
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "._+~%:/-".utf8.contains(byte)
  }
}

extension String {
  fileprivate func trimming() -> String {
    var text = Substring(self)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
