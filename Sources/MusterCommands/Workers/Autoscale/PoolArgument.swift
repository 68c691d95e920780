import ArgumentParser
import WorkerDeployment

/// `--pool name=a,namespace=n,deployment=d,max=10,slots=1,kind=k,kind=l`: what is left out is as without `--pool`.
struct PoolArgument: ExpressibleByArgument, Hashable {
  var name: String?
  var namespace: String?
  var deployment: String?
  var maximum: Int?
  var slots: Int?
  var kinds: Set<String> = []

  init?(argument: String) {
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2, take(pair[0], pair[1]) else { return nil }
    }
  }

  /// - Returns: false for what there is not, is no number, or was said before.
  private mutating func take(_ key: String, _ value: String) -> Bool {
    switch key {
    case "name": take(value, \.name)
    case "namespace": take(value, \.namespace)
    case "deployment": take(value, \.deployment)
    case "max": takeNumber(value, \.maximum)
    case "slots": takeNumber(value, \.slots)
    case "kind": kinds.insert(value).inserted
    default: false
    }
  }

  private mutating func take(_ value: String, _ path: WritableKeyPath<PoolArgument, String?>) -> Bool {
    guard self[keyPath: path] == nil else { return false }
    self[keyPath: path] = value
    return true
  }

  private mutating func takeNumber(_ value: String, _ path: WritableKeyPath<PoolArgument, Int?>) -> Bool {
    guard self[keyPath: path] == nil, let number = Int(value) else { return false }
    self[keyPath: path] = number
    return true
  }

  func pool(namespace fallback: String, maximum most: Int) -> AutoscalePool {
    let namespace = namespace ?? fallback
    return AutoscalePool(
      name ?? namespace, namespace: namespace, deployment: deployment ?? WorkerNames.deployment,
      maximum: maximum ?? most, slots: slots ?? 1, kinds: kinds.isEmpty ? nil : kinds)
  }
}
