import Foundation
import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

@Suite struct ValuesFileTests {
  static let whole = """
    namespace: provers
    stage: v7
    deployName: cli-seven
    replicas: 10
    circuit: big
    coordinator: 10.0.0.8
    coordinatorPort: 50056
    upstream: http://coordinator.example:1
    protocol: muster
    image:
      repo: team/provers
      host: registry.example:5000
      hostAlias: pull.example
      user: robot
      passwordFile: secrets/registry
      pullSecret: of-the-cluster
      base: oci:layouts/base:12
      files: [./keys:/opt/keys, "./prove.sh:/opt/prove.sh:755"]
      programs:
        - /usr/bin/prove
        - prove:/opt/bin/prove
    joinTokenFile: secrets/token
    workerFile: muster.yaml
    clientFile: /etc/client.yaml
    affinity: preferred
    placement: spread
    nodeLabel: pool/kind=fast
    taint: only=provers
    requests: {cpu: 32, memory: 64Gi}
    limits: {memory: 64Gi}
    gpus: 2
    gpuResource: gpu.example/large
    priorityClass: batch
    runtimeClass: gpu
    grace: 1h30m
    scratch: 20Gi
    environment: {RUST_LOG: info, EMPTY: ""}
    labels: {team: proofs, team.example/x: ""}
    annotations: {team.example/contact: "a b"}
    """

  @Test("Every key of the file is read")
  func everyKey() throws {
    let input = WorkerValuesInput(
      environment: [:], file: .init(name: "etc/workers.yaml", text: Self.whole),
      reader: ValueFileReader { path, _ in
        let files = [
          "etc/secrets/registry": "hunter2\r\n", "etc/secrets/token": "mst_a\n", "etc/muster.yaml": "kinds: {}\n",
          "/etc/client.yaml": "poll_interval: 1000\n",
        ]
        return files[path].map { .bytes(Array($0.utf8)) } ?? .unreadable("there is no such file")
      })
    let resolved = try WorkerValues.resolve(input)
    var values = WorkerValues(
      stage: "v7", deployName: "cli-seven",
      image: ImageTarget(
        delivered: "registry.example:5000/team/provers:client-v7", pulled: "pull.example/team/provers:client-v7",
        pullHost: "pull.example"))
    values.namespace = "provers"
    values.isNamespaceGiven = true
    values.isDeployNameGiven = true
    values.replicas = 10
    values.circuit = "big"
    values.endpoint = CoordinatorEndpoint(host: .address("10.0.0.8"), port: 50056)
    values.upstream = "http://coordinator.example:1"
    values.login = RegistryLogin(user: "robot", password: Secret("hunter2"))
    values.pullSecret = "of-the-cluster"
    values.joinToken = Secret("mst_a")
    values.workerFile = "kinds: {}\n"
    values.clientFile = "poll_interval: 1000\n"
    values.affinity = .preferred
    values.placement = .spread
    values.nodeLabel = NodeLabel(key: "pool/kind", value: "fast")
    values.taint = NodeLabel(key: "only", value: "provers")
    values.requests = ["cpu": Quantity(32), "memory": try Quantity("64Gi"), "gpu.example/large": Quantity(2)]
    values.limits = ["memory": try Quantity("64Gi"), "gpu.example/large": Quantity(2)]
    values.priorityClass = "batch"
    values.runtimeClass = "gpu"
    values.grace = .seconds(5400)
    values.scratch = try Quantity("20Gi")
    values.environment = ["RUST_LOG": "info", "EMPTY": ""]
    values.labels = ["team": "proofs", "team.example/x": ""]
    values.annotations = ["team.example/contact": "a b"]
    #expect(resolved.values == values)
    var image = ImageValues()
    image.base = "oci:etc/layouts/base:12"
    image.files = [
      ImageFile(source: "etc/./keys", path: "/opt/keys"),
      ImageFile(source: "etc/./prove.sh", path: "/opt/prove.sh", mode: 0o755),
    ]
    image.programs = [
      ImageFile(source: "/usr/bin/prove", path: "/usr/bin/prove"),
      ImageFile(source: "etc/prove", path: "/opt/bin/prove"),
    ]
    #expect(resolved.image == image)
  }

  @Test("The file above has every key") func completeness() throws {
    let file = try ValuesFile(.init(name: "workers.yaml", text: Self.whole), ValueProblems())
    let missing = ValueKey.allCases.filter { file.texts[$0.rawValue] == nil }
    #expect(missing == [.imageOwn])
    #expect(ValueMap.allCases.filter { map in !file.texts.keys.contains { $0.hasPrefix("\(map.rawValue).") } } == [])
    #expect(ValueList.allCases.filter { file.lists[$0.rawValue] == nil } == [])
  }

  @Test("An image of the user's own needs no repository, and its digest is known")
  func ownImage() throws {
    let digest = "sha256:" + String(repeating: "ab", count: 32)
    let resolved = try Wanted.resolve(["IMAGE_REPO": ""], file: "image: {own: 'own.example:5000/a:1@\(digest)'}")
    #expect(resolved.values.image.isOwn)
    #expect(resolved.values.image.pulled == "own.example:5000/a:1@\(digest)")
    #expect(resolved.values.image.pullHost == "own.example:5000")
    #expect(resolved.values.digest == digest)
    #expect(resolved.image.own == "own.example:5000/a:1@\(digest)")
  }

  @Test("Everything that is wrong is said at once, by lines, with what was probably meant")
  func everything() {
    let file = """
      replica: 3
      stage:
      image:
        reop: a
        password: canary
        files: ./keys
        programs: [[a]]
      requests: 4
      joinToken: canary
      labels: {role: x, "a b": c}
      limits:
        cpus: 1
        cpu: lots
      zzzzzzzz: 1
      environment: {CLIENT_UPSTREAM: x, MUSTER_TOKEN: y}
      affinity: never
      """
    #expect(
      Wanted.problems(["CIRCUIT": "a b"], file: file, flags: ["replicas": "x"]) == [
        "workers.yaml:1: replica: there is no such key; did you mean 'replicas'?",
        "workers.yaml:2: stage: the value is missing; give one, or remove the line",
        "workers.yaml:4: image.reop: there is no such key; did you mean 'repo'?",
        "workers.yaml:5: image.password: there is no such key; a password does not stand in this file: set IMAGE_AUTH_PASSWORD, or name a file with image.passwordFile",
        "workers.yaml:6: image.files: a list is expected here, such as [./keys:/opt/keys]",
        "workers.yaml:7: image.programs: each item must be a single value, as in [./prove:/opt/bin/prove]",
        "workers.yaml:8: requests: a mapping is expected here, with lines such as 'cpu: 4'",
        "workers.yaml:9: joinToken: there is no such key; a token does not stand in this file: name a file with joinTokenFile, or set MUSTER_JOIN_TOKEN",
        "workers.yaml:10: labels.a b: it is no key: only letters, digits, '-', '_' and '.' may stand in it",
        "workers.yaml:10: labels.role: Muster sets this label itself",
        "workers.yaml:12: limits.cpus: there is no such resource; did you mean 'cpu'?",
        "workers.yaml:13: limits.cpu: 'lots' is not a quantity: it does not begin with a number; write for example 500m, 2, 1.5Gi or 1e3",
        "workers.yaml:14: zzzzzzzz: there is no such key; possible here: affinity, annotations, circuit, clientFile, coordinator, coordinatorPort, deployName, environment, gpuResource, gpus, grace, image, joinTokenFile, labels, limits, namespace, nodeLabel, placement, priorityClass, protocol, replicas, requests, runtimeClass, scratch, stage, taint, upstream, workerFile",
        "workers.yaml:15: environment.CLIENT_UPSTREAM: Muster sets this variable itself; say 'coordinator' or 'upstream' instead",
        "workers.yaml:15: environment.MUSTER_TOKEN: it is a secret, and everybody who may look at the pods would see it",
        "workers.yaml:16: affinity: 'never' is not possible here; give required or preferred",
        "flag --replicas: 'x' is not a whole number from 0 to 100000",
        "environment CIRCUIT: 'a b' cannot be the name of a circuit: give 1 to 128 characters of A-Z a-z 0-9 . _ -, beginning with a letter or a digit",
      ])
  }

  @Test(
    "What is no mapping of keys is refused with its line",
    arguments: [
      ("- a", "workers.yaml:1: the file must be a YAML mapping (key: value)"),
      ("stage: a\nstage: b", "workers.yaml:1: 'stage' is given twice in one mapping; keep one"),
      (
        "a: [",
        "workers.yaml:2: this is not valid YAML: did not find expected node content while parsing a flow node; check the indentation, quotes and brackets here and just above"
      ),
      (
        "a: 1\n---\nb: 2",
        "workers.yaml:2: this is not valid YAML: but found another document expected a single document in the stream; check the indentation, quotes and brackets here and just above"
      ),
      ("? [a]\n: b", "workers.yaml:1: a key must be a word"),
    ])
  func noMapping(text: String, sentence: String) { #expect(Wanted.problems(file: text) == [sentence]) }

  @Test(
    "An empty file says nothing, nor does one with comments only", arguments: ["", "# nothing\n", "~", "requests:\n"])
  func empty(text: String) throws { #expect(try Wanted.resolve(file: text).values == Wanted.values) }

  @Test("Neither a huge file nor a deep one does harm")
  func bounds() {
    #expect(
      Wanted.problems(file: String(repeating: "# padding\n", count: 200_000)) == [
        "workers.yaml: the file has over 1024 KiB, which no such file has; is it the right one?"
      ])
    #expect(Wanted.problems(file: "image: " + String(repeating: "[", count: 100_000)).count == 1)
    #expect(Wanted.problems(file: "labels: " + String(repeating: "{a: ", count: 900) + "b").count == 1)
    let bomb = (1...60).reduce("a0: &a0 [x]\n") { "\($0)a\($1): &a\($1) [*a\($1 - 1), *a\($1 - 1)]\n" }
    #expect(Wanted.problems(file: bomb).count == 61)
    #expect(Wanted.problems(file: bomb + "image: {files: *a60}\n").count == 62)
  }
}
