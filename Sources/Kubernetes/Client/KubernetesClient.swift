import MusterCore
import NIOCore
import Synchronization

/// Speaks with one API server: the entrance to everything else.
///
/// Safe to use from many tasks at once; make one and share it, for it holds the connections and the rate limit. Every
/// call ends: with an answer, with a ``KubernetesError``, or with `CancellationError` when its task is cancelled.
public final class KubernetesClient: Sendable {
  /// What carries the requests.
  public let transport: any APITransport
  /// The namespace of the configuration, for programs that are not told another.
  public let namespace: String
  public let behaviour: ClientBehaviour
  public let time: any Timekeeper
  private let bucket: Mutex<TokenBucket>

  /// - Parameter transport: the network (``HTTPTransport``), or a stand-in for it.
  public init(
    transport: any APITransport, namespace: String = "default", behaviour: ClientBehaviour = ClientBehaviour(),
    time: any Timekeeper = SystemTime()
  ) {
    self.transport = transport
    self.namespace = namespace
    self.behaviour = behaviour
    self.time = time
    bucket = Mutex(
      TokenBucket(perSecond: behaviour.requestsPerSecond, burst: behaviour.burst, now: time.moment()))
  }

  /// The objects of a kind that is known when the program is compiled.
  ///
  /// - Parameter namespace: nil for all namespaces, and for what has none.
  public func resources<Object: KubernetesResource>(
    _ type: Object.Type = Object.self, in namespace: String? = nil
  ) -> ResourceClient<Object> {
    ResourceClient(client: self, resource: Object.resource, namespace: namespace)
  }

  /// The objects of any kind: as ``DynamicObject``, or as a type that has the fields that its reader needs.
  public func resources<Object: KubernetesObject>(
    _ type: Object.Type = Object.self, of resource: ResourceType, in namespace: String? = nil
  ) -> ResourceClient<Object> {
    ResourceClient(client: self, resource: resource, namespace: namespace)
  }

  /// Waits until the rate limit lets one more request go.
  func waitForTurn() async throws {
    let wait = bucket.withLock { $0.take(now: time.moment()) }
    guard wait > .zero else { return }
    do {
      try await time.sleep(for: wait)
    } catch {
      bucket.withLock { $0.giveBack() }
      throw error
    }
  }
}
