import MusterCore

extension MachineInventory {
  /// All hosts with their variables as typed values, in the order of the file.
  ///
  /// - Parameter base: what relative paths of key files and of the JupyterHub's values start from.
  /// - Throws: ``InventoryError`` (`badSettings`) with every variable that makes no sense, each with its line.
  public func machines(in base: PathBase) throws(InventoryError) -> [MachineSettings] {
    let collector = ProblemCollector(file: file)
    let machines = hosts.map { host in
      machine(host, SettingReader(host: host.name, variables: variables(of: host.name), collector: collector), base)
    }
    guard collector.problems.isEmpty else {
      throw InventoryError(.badSettings, collector.problems.sorted { ($0.line, $0.text) < ($1.line, $1.text) })
    }
    return machines
  }

  /// Ansible's three names for them, in the order in which it gives them to the client, which takes the first of several values.
  private func sshArguments(_ reader: SettingReader) -> String? {
    let texts = ["ansible_ssh_args", "ansible_ssh_common_args", "ansible_ssh_extra_args"].compactMap { reader.text($0) }
    return texts.isEmpty ? nil : texts.joined(separator: " ")
  }

  private func machine(_ host: InventoryHost, _ reader: SettingReader, _ base: PathBase) -> MachineSettings {
    MachineSettings(
      name: host.name,
      roles: MachineRole.of(host.groups),
      ssh: SSHEndpoint(
        host: reader.text("ansible_ssh_host", "ansible_host") ?? host.name,
        port: reader.port("ansible_ssh_port", "ansible_port"),
        user: reader.text("ansible_ssh_user", "ansible_user"),
        keyFile: reader.path("ansible_ssh_private_key_file", "ansible_private_key_file", in: base),
        password: reader.secret("ansible_ssh_password", "ansible_ssh_pass", "ansible_password"),
        arguments: sshArguments(reader),
        isLocal: reader.text("ansible_connection") == "local"),
      sudoPassword: reader.secret("ansible_sudo_pass", "ansible_become_pass", "ansible_become_password"),
      interface: reader.text("my_iface"),
      hasGPU: reader.truth("has_gpu", or: false),
      installsNvidiaDriver: reader.truth("install_nvidia_driver", or: true),
      installsDocker: reader.truth("install_docker", or: true),
      dockerRepository: reader.text("docker_repo"),
      workFolder: reader.remotePath("convect_workdir"),
      token: reader.secret("convect_token", "token"),
      jupyterHubValues: reader.path("jhub_config_path", in: base),
      httpPort: reader.port("http_port") ?? 80,
      httpsPort: reader.port("https_port") ?? 443)
  }
}
