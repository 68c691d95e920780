/// A file or folder that only a Kubernetes leaves.
public struct KubernetesSign: Sendable, Hashable {
  /// Which one: `k3s`, `RKE2`, `kubeadm`.
  public var kind: String
  public var path: String
}
