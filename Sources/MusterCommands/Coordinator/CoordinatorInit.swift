import ArgumentParser
import Certificates
import MusterCore
import Settings
import Terminal

/// `muster coordinator init`
struct CoordinatorInit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make the certificates with which a coordinator can listen on any network.",
    discussion: """
      Makes a private authority, the coordinator's own certificate and an administrator's, as PEM files in the folder \
      'trust' of the state directory. Safe to repeat: with other names the coordinator's certificate is made anew, the rest \
      stays. docs/security.md says what each file is.
      """)

  @Option(
    name: .customLong("name"),
    help: ArgumentHelp(
      "A name or address by which others reach this coordinator; may be repeated. This machine's name and loopback are always among them.",
      valueName: "host"))
  var names: [String] = []

  @Option(
    help: ArgumentHelp("Use this authority instead of making one: its certificate (PEM).", valueName: "file"),
    completion: .file())
  var caCert: String?

  @Option(help: ArgumentHelp("Its key (PEM, mode 0600).", valueName: "file"), completion: .file())
  var caKey: String?

  @Flag(help: "Make a new authority in place of the old one: everybody has to join and log in again.")
  var newCa = false

  @OptionGroup var state: StateOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if (caCert == nil) != (caKey == nil) { throw ValidationError("Give --ca-cert and --ca-key together.") }
    if newCa, caCert != nil { throw ValidationError("Give --new-ca, or an authority of your own, not both.") }
  }

  func run() async throws {
    let folder = try CoordinatorSettings.trustFolder(state.input())
    let made = try TrustFolder(folder).prepare(
      names: try allNames(), own: try ownAuthority(), replacing: newCa, at: SystemTime().timestamp())
    try print(made, folder)
  }

  private func allNames() throws -> [ServerName] {
    var all = try (["localhost", "127.0.0.1", "::1"] + names).map { try ServerName($0) }
    // A machine may have a name that no certificate can carry; it is reached by another, then.
    if let host = try? ServerName(ThisProgram.hostName) { all.append(host) }
    return Array(Set(all)).sorted()
  }

  private func ownAuthority() throws -> CertificateAuthority? {
    guard let caCert, let caKey else { return nil }
    let certificate = try CertificateFile.first(caCert)
    return try CertificateAuthority(
      certificate: certificate, key: try SigningKey(pem: try PrivateFile.readKey(caKey), of: "'\(caKey)'"))
  }

  private func print(_ made: TrustFolder.Made, _ folder: String) throws {
    let admin = "\(folder)/admin"
    var facts: [(String, Cell)] = [
      ("authority", Cell("\(folder)/ca.pem\(made.isNewAuthority ? " (new)" : "")")),
      ("fingerprint", Cell(made.fingerprint)),
      ("certificate", Cell("\(folder)/server.pem, valid until \(TimeWords.utc(made.expires))")),
      ("names", Cell(made.names.map(\.description).joined(separator: ", "))),
      ("administrator", Cell(admin)),
    ]
    if made.isNewAuthority {
      facts.append(("keep safe", Cell("\(folder)/ca.key: whoever has it can be anybody here")))
      facts.append(("next", Cell("muster coordinator run --listen 0.0.0.0:50055")))
      facts.append(("then", Cell("export MUSTER_IDENTITY=\(admin); muster token create --role worker")))
    }
    try output.output.render(View(made, folder), table: Table(facts: facts), ids: [folder])
  }

  private struct View: Encodable {
    let folder: String
    let fingerprint: String
    let names: [String]
    let expires_unix_ms: Int64
    let new_authority: Bool

    init(_ made: TrustFolder.Made, _ folder: String) {
      self.folder = folder
      fingerprint = made.fingerprint
      names = made.names.map(\.description)
      expires_unix_ms = made.expires.milliseconds
      new_authority = made.isNewAuthority
    }
  }
}
