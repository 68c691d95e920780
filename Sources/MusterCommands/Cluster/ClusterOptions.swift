import ArgumentParser
import Inventory
import MusterCore
import RemoteHosts
import Terminal

/// What all commands on machines are given: which machines, and how one gets onto them.
struct ClusterOptions: ParsableArguments {
  @OptionGroup var inventory: InventoryOptions

  @Option(
    help: ArgumentHelp(
      "Only these machines: names and groups with commas between, * for any letters, ! before what is left out.",
      valueName: "machines"))
  var limit: [String] = []

  @Option(help: ArgumentHelp("How many machines are worked on at once.", valueName: "number"))
  var forks = 30

  @Flag(help: "Believe and remember the keys of machines that known_hosts does not know. Changed keys are refused.")
  var acceptNewHostKeys = false

  @Flag(
    name: [.customLong("ask-become-pass"), .customShort("K")],
    help: "Ask for the password of sudo, for the machines whose inventory gives none.")
  var asksBecomePassword = false

  @Option(
    help: ArgumentHelp("A file with the password of sudo; - is standard input.", valueName: "file"), completion: .file()
  )
  var becomePasswordFile: String?

  func validate() throws {
    guard (1...1000).contains(forks) else { throw ValidationError("--forks takes a number from 1 to 1000") }
    guard !asksBecomePassword || becomePasswordFile == nil else {
      throw ValidationError("give --ask-become-pass or --become-password-file, not both")
    }
  }

  /// Reads the inventory: the machines that are meant, in its order.
  func machines(_ output: Output) throws -> [MachineSettings] {
    let selection = try selection(output)
    return selection.machines.filter { selection.contains($0.name) }
  }

  /// Reads the inventory: all machines, and which are meant.
  func selection(_ output: Output) throws -> ClusterSelection {
    let inventory = try inventory.read(output)
    let selection = try MachineSelection(limit, of: inventory)
    let machines = try inventory.machines(in: PathBase.ofThisProcess(inventory.file))
    return ClusterSelection(
      machines: machines, only: limit.isEmpty ? nil : Set(machines.map(\.name).filter(selection.contains)))
  }

  /// How each of them is reached, or why that cannot even be tried. Asks for the password if that was wanted.
  func hosts(_ machines: [MachineSettings]) throws -> [Result<RemoteHost, RemoteHostError>] {
    let password = try becomePassword()
    return machines.map { machine in
      do throws(RemoteHostError) {
        return .success(try RemoteHost(machine, rootPassword: password))
      } catch {
        return .failure(error)
      }
    }
  }

  var limits: RemoteLimits { RemoteLimits(machines: forks) }

  var remoteOptions: RemoteOptions {
    var options = RemoteOptions()
    options.environment = CommandContext.current.environment
    options.acceptsNewHostKeys = acceptNewHostKeys
    options.wayToAcceptKeys = "give --accept-new-host-keys"
    options.wayToGivePassword = "give it with --ask-become-pass or --become-password-file"
    return options
  }

  private func becomePassword() throws -> Secret<String>? {
    if asksBecomePassword { return try HiddenQuestion.ask("The password of sudo: ") }
    guard let becomePasswordFile else { return nil }
    let text = String(decoding: try InputFile.read(becomePasswordFile), as: UTF8.self)
    guard let line = text.split(whereSeparator: \.isNewline).first, line.utf8.count <= 1024 else {
      throw CommandError(
        .unreadableFile, "'\(becomePasswordFile)' has no password in its first line; write the password of sudo into it"
      )
    }
    return Secret(String(line))
  }
}
