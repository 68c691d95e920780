import ArgumentParser
import Inventory
import Kubernetes
import MusterCore
import Provisioning
import RemoteHosts
import Terminal

/// `muster cluster kubeconfig`
struct ClusterKubeconfig: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kubeconfig", abstract: "Get what kubectl needs to use the cluster from this machine.",
    discussion: """
      It is printed, or merged into the file that --into names. Whoever has it may do everything in the cluster. The address in \
      it is the first one that answers from this machine: of a server between the machines, else the host that SSH goes to.
      """)

  @OptionGroup var cluster: ClusterOptions

  @Option(
    help: ArgumentHelp(
      "What cluster, user and context are called. Default: the inventory's file without its ending.", valueName: "name")
  )
  var name: String?

  @Option(
    help: ArgumentHelp("Merge it into this kubeconfig, which is made if it is not there.", valueName: "file"),
    completion: .file())
  var into: String?

  @Flag(help: "Make its context the current one of that file.")
  var use = false

  @Flag(help: "Replace entries of the same name, though they are of another cluster.")
  var replace = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard into != nil || !(use || replace) else {
      throw ValidationError("--use and --replace go with --into FILE: what is printed has nothing else in it")
    }
    if let name {
      guard Self.isName(name) else {
        throw ValidationError("--name takes 1 to 200 characters without blanks at its ends and control characters")
      }
    }
  }

  func run() async throws {
    let output = output.output
    let name = name ?? Self.name(of: cluster.inventory.file)
    let target = try into.map { try KubeconfigTarget($0) }
    let selection = try cluster.selection(output)
    func isMeant(_ machine: MachineSettings) -> Bool {
      machine.roles.contains(.server) && selection.contains(machine.name)
    }
    guard selection.machines.contains(where: isMeant) else {
      throw CommandError(
        .badArgument, "no machine that is meant is a server; put one into the group 'driver', or change --limit")
    }
    let answers = try await ClusterConnection.with(cluster, selection.machines, reached: isMeant) { connection in
      try await KubeconfigServers(site: connection.site).ask()
    }
    let (machine, given) = try Self.first(answers, output)
    let (access, choice) = try await Self.placed(given, machine, answers)
    if choice.isReachable { output.note(choice.why) } else { output.warning(choice.why) }
    if !access.hasUser {
      output.warning("k3s's kubeconfig on \(machine) names no user, so whoever uses it is nobody to the cluster")
    }
    guard let target, let into else { return try Self.print(access, name, output) }
    var isCurrent = false
    try await target.change { document throws(KubernetesError) in
      try document.put(access, name: name, replaces: replace)
      if use || document.currentContext == nil { document.use(name) }
      isCurrent = document.currentContext == name
    }
    let view = KubeconfigView(
      file: into, name: name, server: "\(access.server)", serverName: access.serverName, machine: machine,
      isReachable: choice.isReachable, why: choice.why, isCurrent: isCurrent)
    try output.render(view, table: Table([], whenEmpty: Self.words(view)), ids: [name])
  }

  /// The first server's that has one; why the others have none is said.
  private static func first(_ answers: [KubeconfigServers.Answer], _ output: Output) throws -> (String, ClusterAccess) {
    var errors: [any Error] = []
    for answer in answers {
      switch answer.access {
      case .success(let access):
        for error in errors { output.warning("\(error)") }
        return (answer.server.machine, access)
      case .failure(let error): errors.append(error)
      }
    }
    if errors.count == 1, let error = errors.first { throw error }
    throw ProvisioningError(.unfit, errors.map { "\($0)" }.joined(separator: "\n"))
  }

  /// With the address that is the right one for this machine.
  private static func placed(
    _ access: ClusterAccess, _ machine: String, _ answers: [KubeconfigServers.Answer]
  ) async throws -> (ClusterAccess, APIChoice) {
    let servers = answers.map(\.server)
    let ordered = servers.filter { $0.machine == machine } + servers.filter { $0.machine != machine }
    let places = APIPlace.all(ordered)
    func at(_ place: APIPlace) -> ClusterAccess {
      var moved = access
      moved.server.host = place.host
      moved.serverName = place.serverName
      return moved
    }
    let obstacles = await withTaskGroup(of: (String, String?).self) { group in
      for place in places {
        let moved = at(place)
        group.addTask { (place.host, await moved.obstacle()) }
      }
      var all: [String: String] = [:]
      for await (host, obstacle) in group { all[host] = obstacle }
      return all
    }
    try Task.checkCancellation()
    guard let choice = APIChoice(places, port: access.server.port, obstacles: obstacles) else {
      throw CommandError(
        .notAvailable,
        "\(machine) has no address that this machine could use; set my_iface to its interface between the machines")
    }
    return (at(choice.place), choice)
  }

  private static func print(_ access: ClusterAccess, _ name: String, _ output: Output) throws {
    var document = KubeconfigDocument()
    try document.put(access, name: name)
    document.use(name)
    let text = try output.mode == .json ? document.json() : document.yaml()
    try output.payload(Array(text.reveal().utf8))
  }

  private static func words(_ view: KubeconfigView) -> String {
    let context = view.isCurrent ? "its current context" : "which 'kubectl --context \(view.name)' uses"
    return "'\(view.file)' has the cluster \(view.name) at \(view.server), \(context)"
  }

  /// `clusters/inv.toml` → `inv`.
  static func name(of file: String) -> String {
    let last = file.split(separator: "/").last.map(String.init) ?? file
    let stem = last.lastIndex(of: ".").map { String(last[..<$0]) } ?? last
    return isName(stem) ? stem : "muster"
  }

  private static func isName(_ text: String) -> Bool {
    (1...200).contains(text.count) && text.first?.isWhitespace == false && text.last?.isWhitespace == false
      && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }
}
