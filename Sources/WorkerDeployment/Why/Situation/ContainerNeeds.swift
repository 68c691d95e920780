import Kubernetes

/// What one container of a pod asks for.
public struct ContainerNeeds: Sendable, Hashable, Decodable {
  /// The part that the scheduler counts.
  public struct Resources: Sendable, Hashable, Decodable {
    public var requests: [String: Quantity]?
    public var limits: [String: Quantity]?

    public init(requests: [String: Quantity]? = nil, limits: [String: Quantity]? = nil) {
      self.requests = requests
      self.limits = limits
    }
  }

  public var image: String?
  /// `Always` for an init container that goes on running beside the others (a sidecar, from 1.28 on).
  public var restartPolicy: String?
  public var resources: Resources?

  public init(image: String? = nil, restartPolicy: String? = nil, resources: Resources? = nil) {
    self.image = image
    self.restartPolicy = restartPolicy
    self.resources = resources
  }

  /// What is asked for; a limit without a request is one, as the server fills in.
  var requests: [String: Quantity] {
    (resources?.limits ?? [:]).merging(resources?.requests ?? [:]) { $1 }
  }

  /// What a pod of these asks for: its containers together, or its largest init container if that is more.
  ///
  /// Source: `k8s.io/component-helpers/resource.PodRequests`.
  static func sum(
    _ containers: [ContainerNeeds], initial: [ContainerNeeds], overhead: [String: Quantity]
  ) -> [String: Quantity] {
    var together: [String: Quantity] = [:]
    for container in containers { together.add(container.requests) }
    var sidecars: [String: Quantity] = [:]
    var atStart: [String: Quantity] = [:]
    for container in initial {
      if container.restartPolicy == "Always" {
        sidecars.add(container.requests)
        atStart.raise(to: sidecars)
      } else {
        var need = sidecars
        need.add(container.requests)
        atStart.raise(to: need)
      }
    }
    together.add(sidecars)
    together.raise(to: atStart)
    together.add(overhead)
    return together
  }
}

extension [String: Quantity] {
  mutating func add(_ other: [String: Quantity]) { merge(other) { $0 + $1 } }
  mutating func raise(to other: [String: Quantity]) { merge(other) { Swift.max($0, $1) } }
}
