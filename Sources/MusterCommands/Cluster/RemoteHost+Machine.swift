import Inventory
import MusterCore
import RemoteHosts

extension RemoteHost {
  /// A machine of an inventory.
  ///
  /// - Parameter rootPassword: for `sudo`, if the inventory gives none.
  /// - Throws: ``RemoteHostError`` (`client`) for arguments that the SSH client cannot be given.
  init(_ machine: MachineSettings, rootPassword: Secret<String>?) throws(RemoteHostError) {
    let password = machine.sudoPassword ?? rootPassword
    let ssh = machine.ssh
    guard !ssh.isLocal else {
      self.init(machine.name, .local, rootPassword: password)
      return
    }
    let arguments: [String]
    do {
      arguments = try ssh.arguments.map { text throws(RemoteHostError) in try SSHArguments.parse(text) } ?? []
    } catch {
      throw RemoteHostError(
        error.code,
        "\(machine.name): ansible_ssh_common_args (or ansible_ssh_args, ansible_ssh_extra_args): \(error.message)",
        details: ["machine": machine.name])
    }
    let destination = SSHDestination(
      ssh.host, port: ssh.port, user: ssh.user, keyFile: ssh.keyFile, password: ssh.password, arguments: arguments)
    self.init(machine.name, .ssh(destination), rootPassword: password)
  }
}
