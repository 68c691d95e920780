import Kubernetes
import Terminal
import WorkerDeployment

/// Shows a plan and, unless it is a dry run, carries it out.
struct WorkersActing {
  let client: KubernetesClient
  let namespace: String
  let output: Output
  let isDryRun: Bool
  var images: [String: String] = [:]
  /// Why there is nothing to do, when there is not.
  var whenEmpty: String?
  var deliver: (@Sendable (ImageTarget) async throws -> Void)?
  var deleteImage: (@Sendable (DeliveredImage) async throws -> Void)?

  /// - Returns: whether something was done.
  /// - Throws: as ``DeploymentCarrier/carryOut(_:told:)``.
  @discardableResult
  func act(on plan: DeploymentPlan) async throws -> Bool {
    let view = DeploymentPlanView(plan, namespace: namespace, images: images)
    if isDryRun || plan.isEmpty {
      try view.print(output, whenEmpty: whenEmpty)
      return false
    }
    for remark in plan.remarks { output.warning(remark) }
    let carrier = DeploymentCarrier(client: client, namespace: namespace, deliver: deliver, deleteImage: deleteImage)
    let output = output
    try await carrier.carryOut(plan) { action in output.note("\(action.subject): \(action.why)") }
    if output.mode != .table { try view.print(output) }
    return true
  }
}
