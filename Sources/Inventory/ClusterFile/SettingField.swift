/// A setting of `cluster.yaml` and the variable of Ansible's that it stands for.
public struct SettingField: Sendable, Hashable {
  /// What values a setting takes.
  public enum Kind: Sendable, Hashable {
    /// A text. What YAML would take for a number counts as it is written.
    case text
    /// 1 to 65535.
    case port
    /// `true` or `false`; the variable gets the text that an INI inventory would give it.
    case truth
  }

  /// `interface`, or two words: `ssh`, `address`.
  public let path: [String]
  public let variable: String
  public let kind: Kind

  private init(_ path: String, _ variable: String, _ kind: Kind = .text) {
    self.path = path.split(separator: ".").map(String.init)
    self.variable = variable
    self.kind = kind
  }

  /// All settings, in the order in which they are written.
  public static let all = [
    SettingField("ssh.address", "ansible_ssh_host"),
    SettingField("ssh.port", "ansible_ssh_port", .port),
    SettingField("ssh.user", "ansible_ssh_user"),
    SettingField("ssh.keyFile", "ansible_ssh_private_key_file"),
    SettingField("ssh.password", "ansible_ssh_pass"),
    SettingField("ssh.arguments", "ansible_ssh_common_args"),
    SettingField("sudoPassword", "ansible_sudo_pass"),
    SettingField("interface", "my_iface"),
    SettingField("gpu", "has_gpu", .truth),
    SettingField("installNvidiaDriver", "install_nvidia_driver", .truth),
    SettingField("installDocker", "install_docker", .truth),
    SettingField("dockerRepository", "docker_repo"),
    SettingField("workFolder", "convect_workdir"),
    SettingField("token", "convect_token"),
    SettingField("jupyterHubValues", "jhub_config_path"),
    SettingField("httpPort", "http_port", .port),
    SettingField("httpsPort", "https_port", .port),
  ]

  /// The setting's value for the variable's; nil if only the variable itself can say it.
  func written(_ value: InventoryValue) -> InventoryValue? {
    switch (kind, value) {
    case (.text, .text): value
    case (.port, .integer(let number)): (1...65535).contains(number.int ?? 0) ? value : nil
    case (.truth, .text("true")): .bool(true)
    case (.truth, .text("false")): .bool(false)
    default: nil
    }
  }

  /// The variable's value for the setting's. What is wrong with it otherwise, as the end of a sentence.
  func read(_ node: YamlNode) -> Result<InventoryValue, SettingFault> {
    guard case .scalar(let value, let text) = node.content, value != .null else {
      return .failure(SettingFault(reason: "is \(node.typeWord); write \(expected)"))
    }
    switch (kind, value) {
    case (.text, _): return .success(.text(text))
    case (.port, .integer(let number)) where (1...65535).contains(number.int ?? 0): return .success(value)
    case (.truth, .bool(let value)): return .success(.text(value ? "true" : "false"))
    default: return .failure(SettingFault(reason: "is not \(expected)"))
    }
  }

  private var expected: String {
    switch kind {
    case .text: "a text"
    case .port: "a port from 1 to 65535"
    case .truth: "true or false"
    }
  }
}
