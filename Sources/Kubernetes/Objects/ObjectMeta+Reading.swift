extension ObjectMeta {
  /// Reads what is there and has the right type, without a decoder: a cache of dynamic objects asks for it often.
  init(reading content: [String: JSONValue]) {
    self.init(
      name: content["name"]?.string, namespace: content["namespace"]?.string,
      labels: content["labels"]?.object?.compactMapValues(\.string),
      annotations: content["annotations"]?.object?.compactMapValues(\.string))
    generateName = content["generateName"]?.string
    finalizers = content["finalizers"]?.array?.compactMap(\.string)
    ownerReferences = content["ownerReferences"]?.array?.compactMap { OwnerReference(reading: $0) }
    uid = content["uid"]?.string
    resourceVersion = content["resourceVersion"]?.string
    generation = content["generation"]?.integer
    creationTimestamp = content["creationTimestamp"]?.string.flatMap { try? Time($0) }
    deletionTimestamp = content["deletionTimestamp"]?.string.flatMap { try? Time($0) }
    deletionGracePeriodSeconds = content["deletionGracePeriodSeconds"]?.integer
    selfLink = content["selfLink"]?.string
    managedFields = content["managedFields"]?.array?.map { ManagedFields(reading: $0) }
  }
}

extension OwnerReference {
  fileprivate init?(reading value: JSONValue) {
    guard let content = value.object, let apiVersion = content["apiVersion"]?.string,
      let kind = content["kind"]?.string, let name = content["name"]?.string, let uid = content["uid"]?.string
    else { return nil }
    self.init(
      apiVersion: apiVersion, kind: kind, name: name, uid: uid, controller: content["controller"]?.bool,
      blockOwnerDeletion: content["blockOwnerDeletion"]?.bool)
  }
}

extension ManagedFields {
  fileprivate init(reading value: JSONValue) {
    self.init(manager: value["manager"]?.string, operation: value["operation"]?.string)
    apiVersion = value["apiVersion"]?.string
    time = value["time"]?.string.flatMap { try? Time($0) }
    fieldsType = value["fieldsType"]?.string
    fieldsV1 = value["fieldsV1"]
    subresource = value["subresource"]?.string
  }
}
