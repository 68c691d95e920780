import Kubernetes
import WorkerDeployment

/// What another endpoint makes of the cluster of workers that is there.
struct WorkersRepointing {
  let observer: ClusterObserver

  /// - Returns: what the cluster would be with it, of which only the endpoint is meant.
  /// - Throws: `KubernetesError`, ``WorkerDeploymentError`` (`workers_not_there`).
  func wanted(_ endpoint: CoordinatorEndpoint) async throws -> (WorkerValues, [WantedObject]) {
    guard let deployment = try await observer.deployment() else {
      throw WorkerDeploymentError(
        .notThere,
        "there are no workers in namespace '\(observer.namespace)': name the namespace with CLUSTER_NS, or deploy first"
      )
    }
    let configurations = observer.client.resources(
      DynamicObject.self, of: ConfigMap.resource, in: observer.namespace)
    var configuration: DynamicObject?
    do {
      configuration = try await configurations.get(WorkerNames.configuration)
    } catch let error as KubernetesError where error.isNotFound {}
    var values = WorkerValues.live(deployment, configuration: configuration, in: observer.namespace)
    values.endpoint = endpoint
    let wanted = try WorkerObjects(values, try await observer.abilities(), adopted: deployment).all()
    return (values, wanted)
  }
}
