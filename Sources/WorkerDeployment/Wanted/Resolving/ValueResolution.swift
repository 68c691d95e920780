import Kubernetes

/// Makes ``WorkerValues`` of what was said, in one pass over all keys.
struct ValueResolution {
  private let reader: ValueReader
  private var remarks: [String] = []

  init(_ input: WorkerValuesInput) throws(WorkerDeploymentError) { reader = try ValueReader(input) }

  mutating func resolve() throws(WorkerDeploymentError) -> ResolvedWorkers {
    let place = PlaceResolution(reader).resolve()
    remarks += place.remarks
    let stage = stage()
    let deployName = reader.value(.deployName, ValueText.label)
    var images = ImageResolution(reader)
    let target = images.target(stage: stage)
    let contents = images.contents()
    let login = images.login()
    remarks += images.remarks
    var values = WorkerValues(
      stage: stage ?? "", deployName: deployName?.value ?? "cli-\(stage ?? "")",
      image: target?.image ?? ImageTarget(delivered: "", pulled: "", pullHost: ""))
    if stage != nil, reader.text(.deployName) == nil, let fault = NameRules.labelValueFault(values.deployName) {
      reader.problems.addMissing(
        "CLUSTER_DEPLOYNAME is not set, and \(BadText.quoted(values.deployName)) cannot be the pods' label: \(fault); set it, or a shorter STAGE"
      )
    }
    values.digest = target?.digest
    values.login = login
    values.pullSecret = reader.value(.imagePullSecret, ValueText.objectName)?.value
    values.namespace = place.namespace
    values.isNamespaceGiven = place.isNamespaceGiven
    values.isDeployNameGiven = deployName != nil
    values.replicas = reader.value(.replicas, ValueText.integer(WorkerValues.replicaRange))?.value
    values.circuit = reader.value(.circuit, ValueText.circuit)?.value ?? values.circuit
    setCoordinator(&values)
    setPods(&values)
    try reader.problems.throwIfAny()
    return ResolvedWorkers(values: values, image: contents, remarks: remarks)
  }

  private mutating func stage() -> String? {
    if reader.text(.stage) != nil { return reader.value(.stage, ValueText.stage)?.value }
    guard let commit = reader.input.stage else {
      reader.problems.addMissing(
        "STAGE is not set, and no git commit can be read in the working directory; set STAGE to a name for this deployment"
      )
      return nil
    }
    guard let stage = reader.parsed(Located(commit, .variable("STAGE")), ValueKey.stage.rawValue, ValueText.stage)
    else {
      return nil
    }
    let isDirty = commit.hasSuffix(Stage.dirty)
    remarks.append(
      "STAGE is not set, so it is the commit of the working directory, \(commit)\(isDirty ? ": tracked files differ from it" : "")"
    )
    return stage.value
  }

  private mutating func setCoordinator(_ values: inout WorkerValues) {
    values.wire = reader.value(.wire, ValueText.choice(Wire.self))?.value ?? values.wire
    values.endpoint = EndpointResolution(reader).endpoint()
    let upstream = reader.value(.upstream, UpstreamText.parse)
    values.upstream = upstream?.value
    if reader.text(.coordinator) == nil, reader.text(.upstream) == nil {
      reader.problems.addMissing(
        "COORDINATOR_EP is not set; set it to the IP address of the coordinator's machine, which every node must reach, or COORDINATOR_SERV to the coordinator's URL"
      )
    }
    let files = WorkerFiles(reader)
    values.joinToken = files.joinToken()
    values.workerFile = files.workerFile()
    values.clientFile = files.clientFile()
    guard values.wire == .original else { return }
    if let upstream, upstream.value.hasPrefix("https://"), reader.text(.imageOwn) == nil {
      reader.problems.add(
        upstream.source, ValueKey.upstream.rawValue,
        "\(BadText.quoted(upstream.value)) asks for TLS, and the original protocol has none; write http://, or 'protocol: muster'"
      )
    }
    if values.joinToken != nil {
      values.joinToken = nil
      remarks.append("a join token is given, and the original protocol knows none: it is not used")
    }
  }

  private func setPods(_ values: inout WorkerValues) {
    values.affinity = reader.value(.affinity, ValueText.choice(Strictness.self))?.value ?? values.affinity
    values.placement = reader.value(.placement, ValueText.choice(Placement.self))?.value ?? values.placement
    values.nodeLabel = reader.value(.nodeLabel, ValueText.nodeLabel)?.value ?? values.nodeLabel
    values.taint = reader.value(.taint, ValueText.nodeLabel)?.value ?? values.taint
    (values.requests, values.limits) = ResourceResolution(reader).resolve()
    values.priorityClass = reader.value(.priorityClass, ValueText.objectName)?.value
    values.runtimeClass = reader.value(.runtimeClass, ValueText.objectName)?.value
    values.grace = reader.value(.grace, ValueText.seconds(WorkerValues.graceSeconds))?.value ?? values.grace
    values.scratch = reader.value(.scratch, ValueText.quantity)?.value
    let metadata = MetadataResolution(reader)
    values.environment = metadata.environment()
    values.labels = metadata.labels()
    values.annotations = metadata.annotations()
  }

  private typealias Wire = WorkerValues.Wire
  private typealias Strictness = WorkerValues.Strictness
  private typealias Placement = WorkerValues.Placement
}

extension WorkerValues {
  /// As many workers as a deployment may be told to have.
  public static let replicaRange = 0...100_000
  /// From one second to a week.
  static let graceSeconds: ClosedRange<Int64> = 1...604_800
}
