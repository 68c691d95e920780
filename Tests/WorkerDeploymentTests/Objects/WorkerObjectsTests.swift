import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

@Suite struct WorkerObjectsTests {
  @Test(
    "Every object has our label and the deployment its stage; each is in the namespace, and has names that Kubernetes takes"
  )
  func labels() throws {
    for values in [TestValues.least, try TestValues.most()] {
      for object in try WorkerObjects(values, TestValues.new).all() {
        let labels = object.object.metadata.labels ?? [:]
        #expect(labels["app.kubernetes.io/managed-by"] == "muster")
        #expect(labels["stage"] == (object.type.kind == "Deployment" ? "3f2c1ab" : nil))
        #expect(object.object.namespace == values.namespace)
        #expect(object.object.kind == object.type.kind && object.object.apiVersion == object.type.apiVersion)
        #expect(NameRules.subdomainFault(object.name) == nil)
        #expect(!object.purpose.isEmpty)
        try NameRules.check(labels: labels)
      }
    }
  }

  /// The table of the original keeps 30 characters of a prover's id, which is the pod's name.
  @Test("Pods' names stay within 30 characters")
  func podNames() {
    // A replica set adds '-' and at most 10 characters, a pod '-' and 5.
    #expect(WorkerNames.deployment.count + 11 + 6 <= 30)
  }

  @Test("Each version of the server gets the budget that it knows, or none")
  func budgets() throws {
    func version(_ abilities: ClusterAbilities) throws -> String? {
      try TestValues.objects(TestValues.least, abilities).first { $0.kind == "PodDisruptionBudget" }?.apiVersion
    }
    #expect(try version(TestValues.old) == "policy/v1beta1")
    #expect(try version(TestValues.new) == "policy/v1")
    #expect(try version(ClusterAbilities()) == nil)
  }

  @Test("A server without slices and without copies gets Endpoints alone")
  func noSlices() throws {
    var abilities = ClusterAbilities()
    abilities.mirrorsEndpoints = false
    let kinds = try TestValues.objects(TestValues.least, abilities).map(\.kind)
    #expect(kinds == ["ConfigMap", "Service", "Endpoints", "Deployment"])
  }

  private static let refusals: [(String, EffectTests.Change)] = [
    ("CLUSTER_NS", { $0.namespace = "Provers" }), ("STAGE", { $0.stage = "feature/x" }), ("STAGE", { $0.stage = "" }),
    ("CLUSTER_DEPLOYNAME", { $0.deployName = "-x" }), ("label", { $0.labels = ["a b": "c"] }),
    ("label", { $0.labels = ["a": "c d"] }), ("annotation", { $0.annotations = ["a b": "c"] }),
    ("name", { $0.priorityClass = "A B" }), ("COORDINATOR_EP", { $0.endpoint = nil }),
  ]

  @Test("What Kubernetes would refuse is refused before, in the user's words")
  func refused() throws {
    for (word, change) in Self.refusals {
      var values = TestValues.least
      try change(&values)
      let error = #expect(throws: WorkerDeploymentError.self) { try TestValues.objects(values) }
      #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }
  }

  @Test(
    "A URL gives the address of Muster's own protocol",
    arguments: [
      ("http://c.example", "c.example:80"), ("http://c.example:99/", "c.example:99"),
      ("https://c.example", "c.example:443"),
      ("http://[fd00::1]:9", "[fd00::1]:9"), ("HTTP://[fd00::1]", "[fd00::1]:80"),
    ])
  func upstream(url: String, address: String) throws {
    var values = TestValues.least
    values.upstream = url
    let made = try Upstream(values)
    #expect(made.address == address && made.url == url && made.service == nil)
  }

  @Test(
    "What is no URL of a coordinator is refused",
    arguments: [
      "c.example:99", "http://", "http://a:0", "http://a:70000", "http://:80", "http://a/b", "http://a b",
      "http://fd00::1",
      "http://a?x", "ftp://a",
    ])
  func badUpstream(url: String) {
    var values = TestValues.least
    values.upstream = url
    #expect(throws: WorkerDeploymentError.self) { try Upstream(values) }
  }

  @Test("The configuration's hash follows what the workers read, and not where the coordinator is")
  func hash() throws {
    func hash(_ change: (inout WorkerValues) -> Void) throws -> String? {
      var values = TestValues.least
      change(&values)
      return try TestValues.objects(values).last?[
        "spec", "template", "metadata", "annotations", "muster.dev/configuration"]?.string
    }
    let first = try hash { _ in }
    #expect(first?.count == 64)
    #expect(try hash { $0.endpoint = .init(host: .address("10.0.0.8"), port: 1) } == first)
    #expect(try hash { $0.replicas = 9 } == first)
    #expect(try hash { $0.workerFile = "slots: 2" } != first)
    #expect(try hash { $0.clientFile = "poll_interval: 2" } == first)
    let original = try hash { $0.wire = .original }
    #expect(
      try hash {
        $0.wire = .original
        $0.clientFile = "poll_interval: 2"
      } != original)
  }

  @Test("A digest takes the tag's place, also beside a port, and beside another digest")
  func digests() throws {
    func image(_ pulled: String, _ digest: String?) throws -> String? {
      var values = TestValues.least
      values.image.pulled = pulled
      values.digest = digest
      return try TestValues.objects(values).last?["spec", "template", "spec", "containers", 0, "image"]?.string
    }
    #expect(try image("h:5000/a:1", "sha256:ff") == "h:5000/a@sha256:ff")
    #expect(try image("h:5000/a", "sha256:ff") == "h:5000/a@sha256:ff")
    #expect(try image("h/a:1@sha256:ee", "sha256:ff") == "h/a@sha256:ff")
    #expect(try image("h/a:1@sha256:ee", nil) == "h/a:1@sha256:ee")
  }

  @Test(
    "Graces of any length give what pods take",
    arguments: [
      (Duration.zero, Int64(1)), (.milliseconds(1500), 2), (.seconds(1 << 50), 1 << 50),
    ])
  func grace(duration: Duration, seconds: Int64) throws {
    var values = TestValues.least
    values.grace = duration
    let spec = try #require(TestValues.objects(values).last?["spec"])
    #expect(spec["template", "spec", "terminationGracePeriodSeconds"]?.integer == seconds)
    #expect(spec["progressDeadlineSeconds"]?.integer ?? 0 <= Int64(Int32.max))
  }

  @Test("A worker offers what its pod has, unless its file says otherwise")
  func offers() throws {
    var values = TestValues.least
    values.limits = try TestValues.quantities([
      "cpu": "3500m", "memory": "1Gi", "amd.com/gpu": "1", "nvidia.com/gpu": "2",
    ])
    values.workerFile = "memory: 512MiB\n"
    let environment =
      try TestValues.objects(values).last?["spec", "template", "spec", "containers", 0, "env"]?.array ?? []
    let offers = environment.filter { ["MUSTER_SLOTS", "MUSTER_MEMORY", "MUSTER_GPUS"].contains($0["name"]?.string) }
    #expect(offers == [["name": "MUSTER_SLOTS", "value": "3"], ["name": "MUSTER_GPUS", "value": "3"]])
  }
}
