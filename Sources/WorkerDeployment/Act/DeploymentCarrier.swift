import Kubernetes
import MusterCore

/// Carries plans out: each action can be done again after a crash at any point, and every object is looked at once more before
/// it is touched.
public struct DeploymentCarrier: Sendable {
  public let client: KubernetesClient
  public let namespace: String
  /// How long something that is deleted may take to be gone, where its place is needed.
  public var goneLimit: Duration
  /// How long controllers get after a service was made anew.
  var settling: Duration = .seconds(1)
  let deliver: (@Sendable (ImageTarget) async throws -> Void)?
  let deleteImage: (@Sendable (DeliveredImage) async throws -> Void)?

  /// - Parameters:
  ///   - client: its clock is the one by which is waited.
  ///   - deliver: brings the image to its registry; nil: there is none to deliver.
  ///   - deleteImage: takes an image out of its registry; should that refuse, it tells so and does not throw.
  public init(
    client: KubernetesClient, namespace: String, deliver: (@Sendable (ImageTarget) async throws -> Void)? = nil,
    deleteImage: (@Sendable (DeliveredImage) async throws -> Void)? = nil, goneLimit: Duration = .seconds(120)
  ) {
    self.client = client
    self.namespace = namespace
    self.deliver = deliver
    self.deleteImage = deleteImage
    self.goneLimit = goneLimit
  }

  /// Does one action after the other, and stops at the first that fails. A plan made anew afterwards goes on from there.
  ///
  /// - Parameter told: is told of each action before it is done.
  /// - Throws: `forbidden` when a right is missing that the plan needs: then nothing was changed; `interrupted` when an action
  ///   failed, with what was done and what is left; `CancellationError`.
  public func carryOut(_ plan: DeploymentPlan, told: @Sendable (DeploymentAction) -> Void = { _ in }) async throws {
    try await ClusterObserver(client: client, namespace: namespace).check(
      WorkersRights.needed(for: plan, in: namespace))
    for (index, action) in plan.actions.enumerated() {
      told(action)
      do {
        try await carryOut(action)
      } catch let error as CancellationError {
        throw error
      } catch {
        throw interruption(error, at: index, of: plan)
      }
    }
  }

  private func carryOut(_ action: DeploymentAction) async throws {
    switch action.deed {
    case .createNamespace: try await createNamespace()
    case .deleteNamespace: try await deleteNamespace()
    case .annotateStage(let stage): try await annotate(stage)
    case .apply(let wanted): try await apply(wanted)
    case .recreate(let wanted): try await recreate(wanted)
    case .delete(let wanted): try await delete(wanted)
    case .adjust(let wanted): try await adjust(wanted)
    case .scale(let replicas):
      try await client.resources(DynamicObject.self, of: WorkerKinds.deployment, in: namespace)
        .scale(WorkerNames.deployment, to: replicas, WriteOptions(manager: WorkerNames.manager))
    case .deliverImage(let target):
      guard let deliver else {
        throw WorkerDeploymentError(
          .missing, "nothing was given that could deliver the image '\(target.delivered)'; give base image and files")
      }
      try await deliver(target)
    case .deleteImage(let image): try await deleteImage?(image)
    }
  }

  private func interruption(_ error: any Error, at index: Int, of plan: DeploymentPlan) -> WorkerDeploymentError {
    func list(_ actions: some Collection<DeploymentAction>) -> String {
      actions.isEmpty ? "nothing" : actions.map(\.subject).joined(separator: ", ")
    }
    let done = list(plan.actions[..<index])
    let left = list(plan.actions[index...])
    let message = (error as? any CodedError)?.message ?? "\(error)"
    return WorkerDeploymentError(
      .interrupted, "\(message) (done: \(done); left: \(left); the same command goes on from here)",
      details: ["done": done, "left": left, "subject": plan.actions[index].subject], cause: error)
  }
}
