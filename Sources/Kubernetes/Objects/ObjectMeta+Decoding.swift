extension ObjectMeta {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decodeIfPresent(String.self, forKey: .name)
    generateName = try container.decodeIfPresent(String.self, forKey: .generateName)
    namespace = try container.decodeIfPresent(String.self, forKey: .namespace)
    labels = try container.decodeIfPresent([String: String].self, forKey: .labels)
    annotations = try container.decodeIfPresent([String: String].self, forKey: .annotations)
    finalizers = try container.decodeIfPresent([String].self, forKey: .finalizers)
    ownerReferences = try container.decodeIfPresent([OwnerReference].self, forKey: .ownerReferences)
    uid = try container.decodeIfPresent(String.self, forKey: .uid)
    resourceVersion = try container.decodeIfPresent(String.self, forKey: .resourceVersion)
    generation = try container.decodeIfPresent(Int64.self, forKey: .generation)
    creationTimestamp = try container.decodeIfPresent(Time.self, forKey: .creationTimestamp)
    deletionTimestamp = try container.decodeIfPresent(Time.self, forKey: .deletionTimestamp)
    deletionGracePeriodSeconds = try container.decodeIfPresent(Int64.self, forKey: .deletionGracePeriodSeconds)
    selfLink = try container.decodeIfPresent(String.self, forKey: .selfLink)
    if (decoder as? SparseValue)?.isInPart != true {
      managedFields = try container.decodeIfPresent([ManagedFields].self, forKey: .managedFields)
    }
  }
}
