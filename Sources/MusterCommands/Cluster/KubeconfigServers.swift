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

  let site: ClusterSite

  /// All side by side, in the order of the inventory: the addresses of all are worth knowing.
  ///
  /// - Throws: `CancellationError`.
  func ask() async throws -> [Answer] {
    let answers = await site.limits.sideBySide(site.places) { place in await answer(place) }
    try Task.checkCancellation()
    return answers.compactMap { try? $0.get() }
  }

  private func answer(_ place: MachinePlace) async -> Answer {
    do {
      let shell = try place.shell.get()
      let bytes = try KubeconfigQuestion.read(try await shell.run(KubeconfigQuestion.script), of: place.name)
      let access = try ClusterAccess(foreign: bytes.reveal(), name: "\(place.name):\(KubeconfigQuestion.path)")
      // Without its facts it can still be reached where SSH reaches it.
      let facts = try? await FactsQuestion(to: place.settings, among: site.machines).ask(shell).facts
      return Answer(server: APIServer(place.settings, facts), access: .success(access))
    } catch {
      return Answer(server: APIServer(place.settings, nil), access: .failure(error))
    }
  }
}
