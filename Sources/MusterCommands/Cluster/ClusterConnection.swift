import Inventory
import MusterCore
import Provisioning
import RemoteHosts

/// Root shells on the machines of an inventory, for as long as a command needs them.
struct ClusterConnection {
  let site: ClusterSite
  /// A shell on this machine, as its user.
  let own: any RemoteShell
  /// What must not be seen of what machines say.
  let secrets: [Secret<String>]

  /// - Parameters:
  ///   - machines: the whole inventory.
  ///   - reached: those that a connection is made to when it is first needed.
  static func with<Value>(
    _ cluster: ClusterOptions, _ machines: [MachineSettings], reached: (MachineSettings) -> Bool,
    options: CheckOptions = CheckOptions(), _ body: (ClusterConnection) async throws -> Value
  ) async throws -> Value {
    let remote = cluster.remoteOptions
    let limits = cluster.limits
    let meant = machines.filter(reached)
    let hosts = try cluster.hosts(meant)
    let sessions = hosts.map { host in host.map { RemoteSession($0, options: remote, limits: limits) } }
    let own = RemoteSession(RemoteHost("this machine", .local, becomesRoot: false), options: remote)
    let places = zip(meant, sessions).map { machine, session in
      MachinePlace(machine, session.map { $0 as any RemoteShell })
    }
    let secrets =
      machines.compactMap(\.token) + hosts.compactMap { (try? $0.get())?.rootPassword }
      + machines.compactMap(\.ssh.password)
    let connection = ClusterConnection(
      site: ClusterSite(machines, places, limits: limits, options: options), own: own, secrets: secrets)
    let result: Result<Value, any Error>
    do {
      result = .success(try await body(connection))
    } catch {
      result = .failure(error)
    }
    await withTaskGroup(of: Void.self) { group in
      for session in sessions.compactMap({ try? $0.get() }) + [own] { group.addTask { await session.close() } }
    }
    return try result.get()
  }
}
