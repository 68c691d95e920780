@testable import Kubernetes

/// A small object for tests.
struct Thing: CompleteObject, KubernetesResource, Encodable, Equatable {
  static let resource = ResourceType(group: "example.org", plural: "things", kind: "Thing")

  var metadata: ObjectMeta
  var size: Int?

  init(_ name: String, size: Int? = nil, version: String? = nil) {
    metadata = ObjectMeta(name: name, namespace: "lab")
    metadata.resourceVersion = version
    self.size = size
  }

  static func json(_ name: String, size: Int = 1, version: Int, uid: String? = nil) -> String {
    #"{"metadata":{"name":"\#(name)","namespace":"lab","uid":"\#(uid ?? "uid-\(name)")","resourceVersion":"\#(version)"},"size":\#(size)}"#
  }

  static func list(_ items: [String], version: Int, token: String? = nil) -> String {
    let more = token.map { #","continue":"\#($0)","remainingItemCount":7"# } ?? ""
    return
      #"{"kind":"ThingList","metadata":{"resourceVersion":"\#(version)"\#(more)},"items":[\#(items.joined(separator: ","))]}"#
  }

  static func event(_ type: String, _ object: String) -> String { #"{"type":"\#(type)","object":\#(object)}"# }
}
