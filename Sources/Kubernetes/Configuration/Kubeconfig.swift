/// One or more kubeconfig files, merged by kubectl's rules: of two entries with one name the first file's counts, whole.
///
/// Source of the format: `client-go/tools/clientcmd/api/v1`. Fields that it does not name are ignored, as kubectl does.
public struct Kubeconfig: Sendable {
  /// Bytes of one file.
  static let largest = 4 << 20

  /// Which context counts when nobody names one.
  public let currentContext: String?
  /// The files that were read, in the order in which they count.
  public let files: [String]
  let clusters: [String: KubeconfigEntry]
  let users: [String: KubeconfigEntry]
  let contexts: [String: KubeconfigEntry]

  /// All contexts' names, sorted.
  public var contextNames: [String] { contexts.keys.sorted() }

  /// Reads files and merges them.
  ///
  /// - Parameters:
  ///   - paths: the first counts most.
  ///   - skipsMissing: as kubectl does with the list in `KUBECONFIG`.
  /// - Throws: ``KubernetesError`` (`badConfiguration`), with the file and the field.
  public init(files paths: [String], skipsMissing: Bool = false) throws(KubernetesError) {
    var parts: [KubeconfigFile] = []
    for path in paths where !skipsMissing || BoundedFile.exists(path) {
      let bytes = try BoundedFile.read(path, largest: Self.largest) { reason in
        KubernetesError(
          .badConfiguration, "kubeconfig '\(path)' cannot be read: \(reason)", details: ["file": path])
      }
      parts.append(try KubeconfigFile(bytes, path: path))
    }
    self.init(merging: parts)
  }

  /// Reads one text as if it were a file.
  ///
  /// - Parameter path: of the file that it stands for; relative paths in it start from its folder.
  public init(text: String, path: String = "kubeconfig") throws(KubernetesError) {
    self.init(merging: [try KubeconfigFile(Array(text.utf8), path: path)])
  }

  private init(merging parts: [KubeconfigFile]) {
    files = parts.map(\.path)
    currentContext = parts.lazy.compactMap(\.currentContext).first
    clusters = parts.reduce(into: [:]) { $0.merge($1.clusters) { mine, _ in mine } }
    users = parts.reduce(into: [:]) { $0.merge($1.users) { mine, _ in mine } }
    contexts = parts.reduce(into: [:]) { $0.merge($1.contexts) { mine, _ in mine } }
  }

  /// The entry of the context that counts.
  func context(_ name: String?) throws(KubernetesError) -> KubeconfigEntry {
    let place = files.count == 1 ? "kubeconfig '\(files[0])'" : "the kubeconfig files \(files.joined(separator: ", "))"
    let known = contextNames.isEmpty ? "there is none" : "there are \(contextNames.prefix(20).joined(separator: ", "))"
    guard let name = name ?? currentContext else {
      throw KubernetesError(
        .badConfiguration, "\(place), field 'current-context': it is not set; name a context (\(known))",
        details: ["field": "current-context"])
    }
    guard let context = contexts[name] else {
      throw KubernetesError(
        .badConfiguration, "\(place): there is no context '\(name)'; \(known)",
        details: ["context": name, "field": "contexts"])
    }
    return context
  }
}
