import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

/// Whole clusters of workers as manifests, to be read by people.
@Suite struct RecordedObjectsTests {
  private func expect(
    _ name: String, _ values: WorkerValues, _ abilities: ClusterAbilities = TestValues.old,
    adopted: DynamicObject? = nil, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let objects = try TestValues.objects(values, abilities, adopted: adopted)
    let shown = objects.map { object in
      var shown = object
      if object.kind == "Secret" {
        shown["data"] = object["data"]?.object.map { .object($0.mapValues { _ in "<redacted>" }) }
      }
      return shown
    }
    try Recorded.expect(Manifests.yaml(shown), in: "\(name).yaml", location)
    #expect(try TestValues.objects(values, abilities, adopted: adopted) == objects)
  }

  @Test("Only what must be said") func least() throws { try expect("least", TestValues.least) }

  @Test("All that can be said") func most() throws { try expect("most", TestValues.most(), TestValues.new) }

  @Test("The original's protocol, with its client.yaml")
  func original() throws {
    var values = TestValues.least
    values.wire = .original
    values.clientFile = """
      # as it always was
      prover_id: prover-1
      upstream: http://localhost:50055
      poll_interval: 5000
      circuit:
        name: block
        bin: circuits/block
      """
    values.workerFile = "kinds:\n  block:\n    prove: [/opt/prove, \"{r1cs}\"]\n"
    try expect("original-wire", values)
  }

  @Test("An image of the user's own, a coordinator by name, and several workers a node")
  func own() throws {
    var values = TestValues.least
    values.image = ImageTarget(
      delivered: "registry.example/mine:1", pulled: "registry.example/mine:1", pullHost: "registry.example", isOwn: true
    )
    values.endpoint = CoordinatorEndpoint(host: .name("coordinator.example"), port: 9000)
    values.placement = .spread
    values.affinity = .preferred
    try expect("own-image", values)
  }

  @Test("An IPv6 coordinator behind a server that copies no Endpoints")
  func slices() throws {
    var values = TestValues.least
    values.endpoint = CoordinatorEndpoint(host: .address("fd00::7"))
    var abilities = TestValues.new
    abilities.mirrorsEndpoints = false
    try expect("slices", values, abilities)
  }
}
