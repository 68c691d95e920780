import Kubernetes
import Testing

@testable import WorkerDeployment

@Suite("What recorded situations of a real cluster are told as") struct DiagnosisTests {
  @Test(
    "each is one reason, with its count, what is the matter and its cure",
    arguments: [
      (
        "no-label", .noNode, 3,
        [
          "3 of 3 workers wait for a node: of 5 nodes, 5 lack the label fluidexnode=computation; give",
          "kubectl label node NAME fluidexnode=computation",
        ]
      ),
      (
        "misspelt-label", .nodeSpelling, 3,
        [
          "2 nodes (hollow-0 and hollow-1) have the label 'fluidexnode/computation'",
          "'kubectl label node -l fluidexnode/computation fluidexnode=computation fluidexnode/computation-'",
        ]
      ),
      (
        "mixed", .nodeSpelling, 2,
        [
          "the taint 'dedicated/compuation:NoSchedule'",
          "'kubectl taint node hollow-1 dedicated/compuation:NoSchedule- dedicated=computation:NoSchedule'",
        ]
      ),
      (
        "one-a-node", .noNode, 2,
        ["2 of 4 workers wait", "3 lack the label", "2 have a worker already (one a node)", "spread"]
      ),
      (
        "too-large", .noNode, 2,
        ["2 have too little cpu (100 asked for, at most 64 free) and nvidia.com/gpu (1 asked for"]
      ),
      ("quota", .quota, 1, ["1 of 2 workers is not made", "'few' allows requests.cpu=3", "raise the quota"]),
      ("quota-demands", .quota, 2, ["'few' each pod has to say its limits.cpu"]),
      (
        "no-account", .podsRefused, 2,
        ["the service account 'workers' is not there", "kubectl create serviceaccount workers"]
      ),
      ("no-priority-class", .podsRefused, 2, ["the priority class 'workers' is not there"]),
      ("invalid-runtime", .podsRefused, 2, ["the runtime class 'gvisor' is not there"]),
      ("limit-range", .podsRefused, 2, ["minimum cpu usage per Container is 1, but request is 100m"]),
      (
        "pull-anonymous", .imageDenied, 1,
        [
          "the registry at registry.example:5000 refuses it", "401 Unauthorized",
          "name no pull secret; set IMAGE_AUTH_USER and IMAGE_AUTH_PASSWORD",
        ]
      ),
      ("pull-wrong-password", .imageDenied, 1, ["registry.example:5000", "401 Unauthorized", "'img-cred'"]),
      (
        "pull-not-found", .imageMissing, 1,
        ["open.example:5000 has no such image", "deliver it with 'muster workers deploy'"]
      ),
      (
        "pull-no-such-host", .imageHost, 1,
        ["no registry answers at registry.example", "no such host", "IMAGE_HOST_ALIAS"]
      ),
      ("pull-no-such-host-early", .imageHost, 1, ["no registry answers at registry.example", "no such host"]),
      ("pull-refused", .imageHost, 1, ["192.0.2.9:5997", "connection refused"]),
      (
        "pull-invalid-name", .imageName, 1,
        ["no name of an image ('invalid reference format: repository name must be lowercase')"]
      ),
      (
        "crash-loop", .crash, 1,
        ["exit code 3", "(3 restarts)", "the last line of the log is 'muster: the kind block has no executor'"]
      ),
      ("liveness", .crash, 1, ["killed because the worker did not answer: Liveness probe failed: stuck"]),
      ("out-of-memory", .outOfMemory, 1, ["more memory than its limit of 20Mi", "raise the workers' memory limit"]),
      ("configuration-missing", .configurationMissing, 1, ["the ConfigMap 'cluster-conf', which is not there"]),
      ("configuration-key-missing", .configurationMissing, 1, ["the key 'client' in the ConfigMap 'cluster-conf'"]),
      ("mount-missing", .configurationMissing, 1, ["the Secret 'cluster-join', which is not there"]),
      (
        "no-such-program", .container, 1,
        [
          "cannot be started: exec: \"/usr/bin/muster\": stat /usr/bin/muster: no such file or directory;",
          "put the program into the image",
        ]
      ),
      ("runs-as-root", .container, 1, ["image will run as root; let the image run as a user by number that is not 0"]),
      (
        "not-ready-exec", .notReady, 1,
        [
          "no answer from the coordinator at 10.0.0.7:50055: connection refused",
          "muster workers endpoint ADDRESS",
        ]
      ),
      ("evicted", .evicted, 1, ["1 worker was evicted: Usage of EmptyDir volume", "makes it anew"]),
      ("rollout", .starting, 3, ["3 of 3 workers start"]),
    ] as [(String, Cause, Int, [String])])
  func recorded(name: String, cause: Cause, count: Int, words: [String]) throws {
    let reasons = Diagnosis.reasons(try RecordedSituation.named(name), endpoint: "10.0.0.7:50055")
    let first = try #require(reasons.first)
    #expect(first.cause == cause)
    #expect(first.count == count)
    #expect(first.pods.count == count || first.pods.isEmpty)
    for word in words { #expect(first.sentence.contains(word), "\(first.sentence)") }
    #expect(first.cause.isTrouble == false || first.cure != nil)
  }

  @Test("every recorded situation is told in single lines, and none has an order that changes")
  func form() throws {
    for name in try RecordedSituation.all() {
      var situation = try RecordedSituation.named(name)
      let reasons = Diagnosis.reasons(situation)
      for reason in reasons {
        #expect(!reason.sentence.contains { $0.isNewline }, "\(name): \(reason.sentence)")
        #expect(reason.sentence.count < 1000, "\(name): \(reason.sentence)")
      }
      situation.pods.reverse()
      situation.nodes?.reverse()
      situation.events.reverse()
      #expect(Diagnosis.reasons(situation) == reasons, "\(name)")
    }
  }

  @Test("a pull secret is held against the host that nodes pull from")
  func pullSecrets() throws {
    var situation = try RecordedSituation.named("pull-other-host")
    situation.pullSecrets = ["img-cred": .hosts(["deliver.example"])]
    var sentence = try #require(Diagnosis.main(situation)).sentence
    #expect(sentence.contains("the pull secret 'img-cred' is for deliver.example, not for registry.example:5000"))
    #expect(sentence.contains("set IMAGE_HOST_ALIAS=registry.example:5000"))
    situation.pullSecrets = ["img-cred": .hosts(["registry.example:5000"])]
    sentence = try #require(Diagnosis.main(situation)).sentence
    #expect(sentence.contains("asked with the login in the secret 'img-cred'; correct IMAGE_AUTH_USER"))
    situation.pullSecrets = ["img-cred": .missing]
    sentence = try #require(Diagnosis.main(situation)).sentence
    #expect(sentence.contains("the pull secret 'img-cred' that the workers name is not there"))
  }

  @Test("where nodes may not be read, the scheduler's own words are told, and what could not be seen")
  func blind() throws {
    var situation = try RecordedSituation.named("mixed")
    situation.nodes = nil
    situation.unseen = ["nodes": "nodes is forbidden"]
    let reasons = Diagnosis.reasons(situation)
    let first = try #require(reasons.first)
    #expect(first.cause == .noNode)
    #expect(first.sentence.contains("the scheduler says: 0/5 nodes are available: 1 node(s) didn't match"))
    #expect(first.sentence.contains("'dedicated/compuation', which was meant to be dedicated=computation"))
    #expect(reasons.contains { $0.cause == .unseen && $0.what.contains("only the scheduler's own words") })
    #expect(Capacity(situation) == nil)
  }

  @Test("workers that wait for those that leave, or for an autoscaler, are in no trouble")
  func coming() throws {
    var situation = try RecordedSituation.named("one-a-node")
    for index in situation.pods.indices where situation.pods[index].node != nil {
      situation.pods[index].meta.deletionTimestamp = try Time("2026-11-27T23:00:00Z")
    }
    var reasons = Diagnosis.reasons(situation)
    #expect(reasons.first?.cause == .nodeComing)
    #expect(reasons.first?.what.contains("they follow when the leaving workers are gone") == true)
    #expect(reasons.contains { $0.cause == .leaving && $0.count == 2 })

    situation = try RecordedSituation.named("no-label")
    situation.events.append(
      WorkerEvent(
        SlimMeta(name: "e"), about: .init(kind: "Pod", name: situation.pods[0].name), reason: "TriggeredScaleUp",
        message: "pod triggered scale-up"))
    reasons = Diagnosis.reasons(situation)
    #expect(reasons.first?.cause == .nodeComing)
    #expect(reasons.first?.what.contains("autoscaler is adding nodes") == true)
  }

  @Test("what only the scheduler knows is told with what we count")
  func scheduler() throws {
    var situation = try RecordedSituation.named("one-a-node")
    for index in situation.pods.indices where situation.pods[index].node == nil {
      situation.pods[index].status?.conditions = [
        Condition(
          type: "PodScheduled", status: "False", reason: "Unschedulable",
          message: "0/5 nodes are available: 2 node(s) had volume node affinity conflict, 3 node(s) didn't match Pod's "
            + "node affinity/selector. preemption: 0/5 nodes are available: 5 Preemption is not helpful for scheduling."
        )
      ]
    }
    let first = try #require(Diagnosis.main(situation))
    #expect(first.sentence.contains("the scheduler also says: a volume rules out 2 nodes"))
  }

  @Test("a lost node takes its workers' other complaints with it")
  func lost() throws {
    var situation = try RecordedSituation.named("not-ready-exec")
    situation.nodes?[0].status?.conditions = [Condition(type: "Ready", status: "Unknown", reason: "NodeStatusUnknown")]
    let first = try #require(Diagnosis.main(situation))
    #expect(first.cause == .nodeLost)
    #expect(first.sentence.contains("lost with its node: real-node-1 does not report"))
    situation.nodes = []
    #expect(Diagnosis.main(situation)?.cause == .nodeLost)
  }

  @Test("a deployment that is not there, paused, unseen by its controller or stuck is told so")
  func deployment() throws {
    var situation = try RecordedSituation.named("rollout")
    situation.deployment?.spec?.paused = true
    #expect(Diagnosis.main(situation)?.cause == .paused)
    situation.deployment?.spec?.paused = nil
    situation.deployment?.metadata.generation = 99
    #expect(Diagnosis.main(situation)?.cause == .unobserved)
    situation.deployment?.metadata.generation = 1
    situation.deployment?.status?.conditions = [
      Condition(type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded")
    ]
    #expect(Diagnosis.main(situation)?.cause == .rolloutStuck)
    situation.place?.status?.phase = "Terminating"
    #expect(Diagnosis.main(situation)?.cause == .namespaceGoing)
    situation.place = nil
    situation.deployment = nil
    #expect(Diagnosis.reasons(situation).map(\.cause) == [.notDeployed])
    situation.unseen = ["deployments": "forbidden"]
    #expect(Diagnosis.reasons(situation).map(\.cause) == [.forbidden])
  }

  @Test("nodes under 64 cores are a hint, only where they are for workers")
  func cores() throws {
    let hints = Diagnosis.reasons(try RecordedSituation.named("crash-loop")).filter { $0.cause == .smallNodes }
    #expect(hints.map(\.count) == [1])
    #expect(hints.first?.what.contains("has 2 cores, under the 64") == true)
    #expect(!Diagnosis.reasons(try RecordedSituation.named("one-a-node")).contains { $0.cause == .smallNodes })
  }

  @Test("the same of a thousand pods is one reason")
  func thousand() throws {
    var situation = try RecordedSituation.named("not-ready-exec")
    let (pod, event) = (situation.pods[0], try #require(situation.events.first { $0.reason == "Unhealthy" }))
    situation.deployment?.spec?.replicas = 1000
    situation.pods = (0..<1000).map { index in
      var copy = pod
      copy.meta.name = "prover-cli-t-\(index)"
      return copy
    }
    situation.events = situation.pods.map { pod in
      var copy = event
      copy.involvedObject?.name = pod.name
      copy.message = "Readiness probe failed: \(pod.name) got no answer in \(pod.name.utf8.count * 7) ms"
      return copy
    }
    let reasons = Diagnosis.reasons(situation).filter(\.cause.isTrouble)
    #expect(reasons.count == 1)
    #expect(reasons.first?.count == 1000)
    #expect(reasons.first?.sentence.hasPrefix("1000 of 1000 workers run and are not ready: ") == true)
  }
}
