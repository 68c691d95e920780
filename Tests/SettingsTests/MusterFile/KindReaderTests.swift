import MusterCore
import TaskModel
import Testing

@testable import Settings

@Suite struct KindReaderTests {
  @Test func everyKeyIsTaken() throws {
    try SettingsFolder.with([
      "etc/muster.yaml": """
      keep: 2d
      kinds:
        block:
          stages:
            - [./witness, "{input}", "{dir}/w"]
            - [prove, --key, "{srs}", "{dir}/w", "{output}", "{task.id}", "{attempt}", "{slot}"]
          verifier: [/opt/verify, "{vk}", "{input}", "{result}"]
          vk: keys/vk.bin
          placeholders: {srs: /data/srs.bin}
          environment: [CUDA_VISIBLE_DEVICES, TMPDIR]
          sandbox: isolated
          user: prover
          lease: 1h
          timeout: 90s
          maxAttempts: 5
          backoff: {initial: 2s, factor: 3, limit: 1m}
          slots: 2
          memory: 1GiB
          gpus: 1
          order: latest
          keep: 1d
        plain:
          executor: [factor]
          verifier: none
          backoff: 200ms
          order: priority
        unknown:
      """
    ]) { folder in
      let kinds = try CoordinatorSettings.load(folder.input(config: "etc/muster.yaml")).kinds
      var block = KindDefinition(name: "block")
      block.stages = [
        ["\(folder.path)/etc/witness", "{input}", "{dir}/w"],
        ["prove", "--key", "{srs}", "{dir}/w", "{output}", "{task.id}", "{attempt}", "{slot}"],
      ]
      block.verifier = ["/opt/verify", "{vk}", "{input}", "{result}"]
      block.placeholders = ["vk": "\(folder.path)/etc/keys/vk.bin", "srs": "/data/srs.bin"]
      block.environment = ["CUDA_VISIBLE_DEVICES", "TMPDIR"]
      block.sandbox = Sandbox(.isolated, user: "prover")
      block.lease = .seconds(3600)
      block.timeout = .seconds(90)
      block.maxAttempts = 5
      block.backoff = Backoff(initial: .seconds(2), factor: 3, limit: .seconds(60))
      block.needs = Needs(slots: 2, memory: 1 << 30, gpus: 1)
      block.order = .latest
      block.keep = .seconds(86_400)
      var plain = KindDefinition(name: "plain", stages: [["factor"]], acceptsUnverified: true)
      plain.backoff = Backoff(initial: .milliseconds(200), factor: 1, limit: .milliseconds(200))
      plain.order = .priority
      plain.keep = .seconds(2 * 86_400)
      #expect(kinds == [block, plain, KindDefinition(name: "unknown", keep: .seconds(2 * 86_400))])
    }
  }

  @Test func theListFormIsTheSame() throws {
    let list = try coordinator("kinds:\n  - {name: a, executor: [x]}\n  - {name: b, timeout: 5s}")
    let mapping = try coordinator("kinds:\n  a: {executor: [x]}\n  b: {timeout: 5s}")
    #expect(list.kinds == mapping.kinds)
  }

  @Test(arguments: [
    (
      "executor: ./square {input}",
      "executor: this is one string, and Muster runs programs without a shell; write a list: "
        + "executor: [./square, \"{input}\"]"
    ),
    (
      "executor: cat a | wc -l",
      "executor: this is one string, and Muster runs programs without a shell; write a list: "
        + "executor: [sh, \"-c\", \"cat a | wc -l\"]"
    ),
    (
      "executor: |\n      say \"hi\"",
      "executor: this is one string, and Muster runs programs without a shell; write a list: "
        + "executor: [sh, \"-c\", \"say \\\"hi\\\"\"]"
    ),
    (
      "stages: [./a, ./b]",
      "stages: the items are words, but each must be a program with its arguments, a list; for one program write "
        + "executor: [./a, ./b]"
    ),
    ("stages: run", "stages: a list of programs is expected here, each a list: [[./first, \"{input}\"], [./second]]"),
    (
      "stages: [[./a], ./b -x]",
      "stages[1]: this is one string, and Muster runs programs without a shell; write a list: - [./b, \"-x\"]"
    ),
    ("executor: [[./a], [./b]]", "executor: several programs are given; write them under stages: instead of executor:"),
    ("executor: []", "executor: the list is empty; its first word must be a program"),
    ("executor: ['', a]", "executor: the first word is empty; it must be a program"),
    ("executor:", "executor: the value is missing; give one, or remove the line"),
    ("executor: {a: b}", "executor: a list of words is expected here, such as [./program, \"{input}\"]"),
    ("executor: [./a, {input}]", "executor: a placeholder must be quoted in YAML: write \"{input}\""),
    (
      "executor: [./a, {x: 1}]",
      "executor: a word is expected here, not a mapping; quote it if it holds braces or a colon"
    ),
    ("executor: [./a, [b]]", "executor: a word is expected here, not a list"),
    (
      "executor: [./a, ]\n    timeout: x",
      "timeout: 'x' is not a duration: a number is missing or too long; write for "
        + "example 250ms, 10s, 5m, 1h30m or 7d"
    ),
    ("executor: [./a, ~]", "executor: a word is missing; write \"\" for an empty argument"),
    ("executor: [./a, \"a\\0b\"]", "executor: a word holds a NUL character, which no argument can"),
    ("executor: [./a]\n    stages: [[./b]]", "stages: executor and stages are both given; keep one"),
    (
      "executor: [./a]\n    prove: [./b]",
      "prove: prove stands beside executor or stages; keep one (prove belongs to circuits of a client.yaml)"
    ),
    (
      "verifier: ./check {input}",
      "verifier: this is one string, and Muster runs programs without a shell; write a list: "
        + "verifier: [./check, \"{input}\"]"
    ),
    ("lease: 0s", "lease: '0s' is out of range: give 1s to 365d"),
    ("timeout: 0", "timeout: '0' is out of range: give 1ms to 365d"),
    ("maxAttempts: 0", "maxAttempts: '0' is not a whole number from 1 to 1000"),
    (
      "backoff: soon",
      "backoff: 'soon' is not a duration: a number is missing or too long; write for example 250ms, "
        + "10s, 5m, 1h30m or 7d"
    ),
    ("backoff: {factor: 0.5}", "backoff.factor: '0.5' is not a number from 1 to 100"),
    ("backoff: {factor: nan}", "backoff.factor: 'nan' is not a number from 1 to 100"),
    (
      "backoff: {initial: 10s, limit: 1s}",
      "backoff.limit: the limit is below the first wait of 10s; raise it or lower initial"
    ),
    ("backoff: {inital: 10s}", "backoff.inital: there is no such key; did you mean 'initial'?"),
    ("backoff: [1s]", "backoff: one value is expected here, not a list or a mapping"),
    ("slots: 65536", "slots: '65536' is not a whole number from 1 to 65535"),
    (
      "memory: lots",
      "memory: 'lots' is not a size: it does not begin with a number of at most 18 digits; write for "
        + "example 64MiB, 1.5Gi, 4GB or a number of bytes"
    ),
    ("gpus: 1025", "gpus: '1025' is not a whole number from 0 to 1024"),
    ("order: newest", "order: 'newest' is not possible here; give one of oldest, latest, priority"),
    (
      "keep: long",
      "keep: 'long' is not a duration: a number is missing or too long; write for example 250ms, 10s, 5m, "
        + "1h30m or 7d"
    ),
    ("vk: ''", "vk: the value is empty; give one, or remove the line"),
    ("placeholders: [a]", "placeholders: a mapping (key: value) is expected here"),
    ("placeholders: {Srs_1: a}", "placeholders.Srs_1: a placeholder's name is of the letters a-z and dots; rename it"),
    ("placeholders: {input: a}", "placeholders.input: {input} is Muster's own; rename yours"),
    ("placeholders: {vk: a}", "placeholders.vk: {vk} is Muster's own: give it as vk: PATH"),
    (
      "environment: [HOME=/root]",
      "environment: 'HOME=/root' is no variable's name; values do not stand here: set the variable where the worker runs, "
        + "and give its name alone"
    ),
    (
      "environment: [1A]",
      "environment: '1A' is no variable's name; a name is of letters, digits and _, and does not begin with a digit"
    ),
    ("environment: PATH", "environment: a list is expected here, such as [CUDA_VISIBLE_DEVICES, TMPDIR]"),
    ("timeot: 5s", "timeot: there is no such key; did you mean 'timeout'?"),
    ("executer: [a]", "executer: there is no such key; did you mean 'executor'?"),
    ("name: b", "name: the kind is called 'a' above; remove this line"),
  ])
  func whatIsWrongIsSaid(body: String, message: String) throws {
    let said = try problems("kinds:\n  a:\n    \(body)")
    try #require(said.count == 1, "\(said)")
    let place = said[0].prefix { $0 != " " }
    #expect(place.hasPrefix("muster.yaml:"))
    #expect(said[0].dropFirst(place.count) == " kinds.a.\(message)")
  }

  @Test(arguments: [
    ("kinds:\n  a b: {}", "muster.yaml:2: kinds.a b: 'a b' cannot be a kind's name: give 1 to 128 characters"),
    ("kinds:\n  - executor: [a]", "muster.yaml:2: kinds[0]: name is missing; add name: NAME"),
    ("kinds:\n  - name: -x", "muster.yaml:2: kinds[0].name: '-x' cannot be a kind's name"),
    ("kinds:\n  - a", "muster.yaml:2: kinds[0]: a mapping (key: value) is expected here"),
    ("kinds:\n  -", "muster.yaml:2: kinds[0]: the value is missing"),
    ("kinds:\n  a: 5", "muster.yaml:2: kinds.a: a mapping (key: value) is expected here"),
    (
      "kinds:\n  - name: a\n  - name: a",
      "muster.yaml:3: kinds.a: there is a kind of this name already, at muster.yaml:2; rename or remove one"
    ),
    (
      "kinds:\n  Block: {}\n  block: {}",
      "muster.yaml:3: kinds.block: the name differs only in case from 'Block' at muster.yaml:2, and the original "
        + "protocol does not tell them apart; rename one"
    ),
  ])
  func namesAreChecked(yaml: String, message: String) throws {
    let said = try problems(yaml)
    #expect(said.count == 1)
    #expect(said.first?.hasPrefix(message) == true, "\(said)")
  }
}
