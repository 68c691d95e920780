import SeededDice
import Testing

@testable import WorkerDeployment

@Suite("The scheduler's message") struct SchedulerMessageTests {
  private func counts(_ text: String) throws -> [String] {
    try #require(SchedulerMessage(text)).counts.map { "\($0.nodes) \($0.obstacle)" }
  }

  @Test("of 1.20, recorded: a reason may hold a comma, and pods that are kept apart are counted once")
  func old() throws {
    let message = try #require(
      SchedulerMessage(
        "0/5 nodes are available: 1 node(s) didn't match Pod's node affinity, 1 node(s) didn't match pod affinity/"
          + "anti-affinity, 1 node(s) didn't match pod anti-affinity rules, 1 node(s) had taint {dedicated/compuation: }, "
          + "that the pod didn't tolerate, 1 node(s) had taint {dedicated: gpu}, that the pod didn't tolerate, "
          + "1 node(s) were unschedulable."))
    #expect(message.total == 5)
    #expect(
      message.counts == [
        .init(nodes: 1, obstacle: .label), .init(nodes: 1, obstacle: .apart),
        .init(nodes: 1, obstacle: .taint(key: "dedicated/compuation", value: "")),
        .init(nodes: 1, obstacle: .taint(key: "dedicated", value: "gpu")), .init(nodes: 1, obstacle: .cordoned),
      ])
    #expect(
      try counts(
        "0/5 nodes are available: 2 Insufficient cpu, 2 Insufficient nvidia.com/gpu, 3 node(s) didn't match node selector."
      )
        == ["2 resource(\"cpu\")", "2 resource(\"nvidia.com/gpu\")", "3 label"])
  }

  @Test("of newer versions: other words, and what is said of preemption is left out")
  func new() throws {
    #expect(
      try counts(
        "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 1 Too many pods, "
          + "2 node(s) didn't match Pod's node affinity/selector. preemption: 0/4 nodes are available: 4 Preemption is not "
          + "helpful for scheduling.")
        == ["1 taint(key: \"node-role.kubernetes.io/control-plane\", value: \"\")", "1 tooManyPods", "2 label"])
    #expect(
      try counts(
        "0/3 nodes are available: 3 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/3 x")
        == ["3 taint(key: \"\", value: \"\")"])
    #expect(
      try counts("0/2 nodes are available: 2 node(s) didn't match pod topology spread constraints.") == ["2 spread"])
    #expect(
      try counts(
        "0/2 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules, 1 node(s) didn't "
          + "have free ports for the requested pod ports.") == ["1 unwelcome", "1 ports"])
    #expect(try counts("0/2 nodes are available: 2 a plugin's own words") == ["2 other(\"a plugin\\'s own words\")"])
  }

  @Test(
    "of another form is none",
    arguments: ["", "no nodes available to schedule pods", "0/", "a/5 nodes are available", "0/x nodes"])
  func none(text: String) { #expect(SchedulerMessage(text) == nil) }

  @Test("damaged in any way is read without a crash, and counts only what was said")
  func fuzz() {
    let good = [
      "0/5 nodes are available: 1 node(s) had taint {dedicated: gpu}, that the pod didn't tolerate, 4 Insufficient cpu.",
      "0/4 nodes are available: 1 node(s) had untolerated taint {a: b}, 3 Too many pods. preemption: 0/4 nodes are available.",
    ]
    var mutator = Dice(seed: 1)
    for round in 0..<20_000 {
      let text = mutator.mutated(good[round % 2])
      if let message = SchedulerMessage(text) { #expect(message.counts.count <= text.count) }
    }
  }

  @Test("says the same as our own count of the same nodes")
  func agreement() throws {
    for (name, wanted) in [
      ("mixed", ["label 1", "cordoned 1", "taint 2", "taken 1"]), ("one-a-node", ["label 3", "taken 2"]),
      ("no-label", ["label 5"]), ("too-large", ["label 3", "resources 2"]),
    ] {
      let situation = try RecordedSituation.named(name)
      let fitter = try #require(NodeFitter(situation))
      var ours: [String: Int] = [:]
      for group in NodeObstacles(fitter).groups {
        let word =
          switch group.misfit {
          case .label, .misspeltLabel, .processor: "label"
          case .taint, .misspeltTaint: "taint"
          case .cordoned: "cordoned"
          case .taken: "taken"
          case .resources: "resources"
          case .notReady, .full: "other"
          }
        ours[word, default: 0] += group.nodes.count
      }
      var theirs: [String: Int] = [:]
      let pod = try #require(situation.pods.first { $0.node == nil })
      let text = try #require(pod.status?.conditions?.of("PodScheduled")?.message)
      for count in try #require(SchedulerMessage(text)).counts {
        switch count.obstacle {
        case .label: theirs["label", default: 0] += count.nodes
        case .taint: theirs["taint", default: 0] += count.nodes
        case .cordoned: theirs["cordoned", default: 0] += count.nodes
        case .apart: theirs["taken", default: 0] += count.nodes
        // A node that lacks several resources is counted for each.
        case .resource: theirs["resources"] = count.nodes
        default: theirs["other", default: 0] += count.nodes
        }
      }
      #expect(ours == theirs, "\(name)")
      #expect(Set(ours.map { "\($0.key) \($0.value)" }) == Set(wanted), "\(name)")
    }
  }
}
