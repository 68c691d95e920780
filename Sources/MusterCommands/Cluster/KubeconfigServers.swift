import Inventory
import Kubernetes
import MusterCore
import Provisioning
import RemoteHosts

/// Asks the servers of a cluster for its kubeconfig.
struct KubeconfigServers {
  /// What one server said.
  struct Answer: Sendable {
    let server: APIServer
    let access: Result<ClusterAccess, any Error>
  }

  let machines: [MachineSettings]
  let hosts: [Result<RemoteHost, RemoteHostError>]
  let options: RemoteOptions
  let limits: RemoteLimits

  /// All side by side, in the order of the inventory; the addresses of all are worth knowing.
  ///
  /// - Throws: `CancellationError`.
  func ask() async throws -> [Answer] {
    let answers = await limits.sideBySide(Array(zip(machines, hosts))) { machine, host in
      await answer(machine, host)
    }
    try Task.checkCancellation()
    return answers.compactMap { try? $0.get() }
  }

  private func answer(_ machine: MachineSettings, _ host: Result<RemoteHost, RemoteHostError>) async -> Answer {
    let session: RemoteSession
    do {
      session = RemoteSession(try host.get(), options: options, limits: limits)
    } catch {
      return Answer(server: APIServer(machine, nil), access: .failure(error))
    }
    let access: Result<ClusterAccess, any Error>
    do {
      access = .success(try await Self.access(session))
    } catch {
      access = .failure(error)
    }
    // Without its facts it can still be reached where SSH reaches it.
    let isThere = (try? access.get()) != nil
    let facts = isThere ? try? await FactsQuestion(to: machine, among: machines).ask(session).facts : nil
    await session.close()
    return Answer(server: APIServer(machine, facts), access: access)
  }

  private static func access(_ session: RemoteSession) async throws -> ClusterAccess {
    let bytes = try KubeconfigQuestion.read(try await session.run(KubeconfigQuestion.script), of: session.name)
    return try ClusterAccess(foreign: bytes.reveal(), name: "\(session.name):\(KubeconfigQuestion.path)")
  }
}
