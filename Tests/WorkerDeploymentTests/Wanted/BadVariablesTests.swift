import Testing

@testable import WorkerDeployment

/// What variables cannot say, and the sentence that a user gets.
@Suite struct BadVariablesTests {
  static let rows: [(name: String, value: String, sentence: String)] = [
    ("CLUSTER_NS", "My_NS", "'My_NS' is no namespace: only lower-case letters, digits and '-' may stand in it"),
    (
      "STAGE", "a b",
      "'a b' cannot be a stage, which labels and the image's tag carry: only letters, digits, '-', '_' and '.' may stand in it"
    ),
    (
      "STAGE", "-a",
      "'-a' cannot be a stage, which labels and the image's tag carry: it must begin and end with a letter or a digit"
    ),
    (
      "CLUSTER_DEPLOYNAME", "a/b",
      "'a/b' cannot be the value of a label: only letters, digits, '-', '_' and '.' may stand in it"
    ),
    ("CLIENT_REPLICAS", "-1", "'-1' is not a whole number from 0 to 100000"),
    ("CLIENT_REPLICAS", "100001", "'100001' is not a whole number from 0 to 100000"),
    ("CLIENT_REPLICAS", "1e3", "'1e3' is not a whole number from 0 to 100000"),
    ("CLIENT_REPLICAS", "99999999999999999999", "'99999999999999999999' is not a whole number from 0 to 100000"),
    (
      "CIRCUIT", "block;rm",
      "'block;rm' cannot be the name of a circuit: give 1 to 128 characters of A-Z a-z 0-9 . _ -, beginning with a letter or a digit"
    ),
    ("COORDINATOR_PORT", "0", "'0' is no port; give a number from 1 to 65535"),
    ("COORDINATOR_PORT", "65536", "'65536' is no port; give a number from 1 to 65535"),
    ("COORDINATOR_EP", "10.0.0.7:", "'' is no port; give a number from 1 to 65535"),
    ("COORDINATOR_EP", "10.0.0.7:http", "'http' is no port; give a number from 1 to 65535"),
    (
      "COORDINATOR_EP", "127.0.0.1",
      "'127.0.0.1' is a loopback address, which Kubernetes takes into no Endpoints; give the address of the coordinator's machine that every node reaches"
    ),
    (
      "COORDINATOR_EP", "[::1]:50055",
      "'::1' is a loopback address, which Kubernetes takes into no Endpoints; give the address of the coordinator's machine that every node reaches"
    ),
    (
      "COORDINATOR_EP", "169.254.1.1",
      "'169.254.1.1' is a link-local address, which Kubernetes takes into no Endpoints; give the address of the coordinator's machine that every node reaches"
    ),
    (
      "COORDINATOR_EP", "fe80::1",
      "'fe80::1' is a link-local address, which Kubernetes takes into no Endpoints; give the address of the coordinator's machine that every node reaches"
    ),
    (
      "COORDINATOR_EP", "0.0.0.0",
      "'0.0.0.0' is the unspecified address, which Kubernetes takes into no Endpoints; give the address of the coordinator's machine that every node reaches"
    ),
    (
      "COORDINATOR_EP", "ff02::1",
      "'ff02::1' is a multicast address, which Kubernetes takes into no Endpoints; give the address of the coordinator's machine that every node reaches"
    ),
    ("COORDINATOR_EP", "::ffff:10.0.0.7", "'::ffff:10.0.0.7' is an IPv4 address in the form of IPv6; write 10.0.0.7"),
    ("COORDINATOR_EP", "10.0.0.256", "'10.0.0.256' is no IP address; write it as 10.0.0.7 or fd00::7"),
    ("COORDINATOR_EP", "fd00:::7", "'fd00:::7' is no IP address; write it as 10.0.0.7 or fd00::7"),
    ("COORDINATOR_EP", "[fd00::7", "'[fd00::7' has no ']'"),
    (
      "COORDINATOR_EP", "[fd00::7]50055",
      "'[fd00::7]50055' is no address; write an IPv6 address with a port as [fd00::7]:50055"
    ),
    (
      "COORDINATOR_EP", "localhost",
      "'localhost' is in a pod the pod itself; give the address of the coordinator's machine that every node reaches"
    ),
    (
      "COORDINATOR_EP", "http://10.0.0.7:50055",
      "'http://10.0.0.7:50055' is a URL; write the address alone, or set COORDINATOR_SERV to the URL"
    ),
    (
      "COORDINATOR_EP", "my host",
      "'my host' is neither an IP address nor the name of a host: only lower-case letters, digits, '-' and '.' may stand in it"
    ),
    (
      "COORDINATOR_SERV", "10.0.0.7:50055",
      "'10.0.0.7:50055' is no URL of a coordinator: it begins with neither http nor https; write it as http://10.0.0.7:50055"
    ),
    (
      "COORDINATOR_SERV", "http://10.0.0.7:50055/tasks",
      "'http://10.0.0.7:50055/tasks' is no URL of a coordinator: something follows the host; write it as http://10.0.0.7:50055"
    ),
    (
      "COORDINATOR_SERV", "http://:50055",
      "'http://:50055' is no URL of a coordinator: it names no host; write it as http://10.0.0.7:50055"
    ),
    (
      "COORDINATOR_SERV", "http://robot:hunter2@10.0.0.7",
      "the URL has a user or a password, which no worker can use; write http://HOST:PORT"
    ),
    (
      "IMAGE_HOST", "https://registry.example",
      "'https://registry.example' is not a host alone; write registry.example or registry.example:5000, and the path in IMAGE_REPO"
    ),
    (
      "IMAGE_HOST_ALIAS", "registry.example:0",
      "'registry.example:0' is no host of a registry; write registry.example or registry.example:5000"
    ),
    (
      "IMAGE_REPO", "registry.example/Team",
      "'registry.example/Team' is no repository; write small letters and digits, with '.', '_' or '-' between them and '/' between parts"
    ),
    (
      "IMAGE_REPO", "registry.example/team:latest",
      "'registry.example/team:latest' has a tag or a digest; leave it out: the tag is client-STAGE"
    ),
    (
      "IMAGE_REPO", "registry.example",
      "'registry.example' is a host without a repository; write it as registry.example/team/prover-cluster"
    ),
    (
      "IMAGE_REPO", "bad_host.example/team",
      "'bad_host.example' is no host of a registry; write registry.example or registry.example:5000"
    ),
  ]

  @Test("A bad value is refused with one sentence that says what to write", arguments: rows)
  func refused(name: String, value: String, sentence: String) {
    #expect(Wanted.problems([name: value]) == ["environment \(name): \(sentence)"])
  }

  @Test("A user of a registry needs a password, and it is one line")
  func login() {
    #expect(
      Wanted.problems(["IMAGE_AUTH_USER": "robot"]) == [
        "IMAGE_AUTH_USER is set and no password is; set IMAGE_AUTH_PASSWORD, or name a file with image.passwordFile"
      ])
    #expect(
      Wanted.problems(["IMAGE_AUTH_USER": "ro:bot", "IMAGE_AUTH_PASSWORD": "canary\nline"]) == [
        "environment IMAGE_AUTH_USER: 'ro:bot' cannot be the name of a user; it is one word without ':'",
        "environment IMAGE_AUTH_PASSWORD: the password is empty or has several lines or control characters; check where it comes from",
      ])
  }

  @Test("Two ports that differ are refused where both were said")
  func twoPorts() {
    #expect(
      Wanted.problems(["COORDINATOR_EP": "10.0.0.7:1", "COORDINATOR_PORT": "2"]) == [
        "environment COORDINATOR_PORT: the port is 2, and COORDINATOR_EP has another, 1; say one of them"
      ])
  }

  @Test("A stage that is too long for the label made of it is refused")
  func longStage() throws {
    let stage = String(repeating: "a", count: 60)
    #expect(
      Wanted.problems(["STAGE": stage]) == [
        "CLUSTER_DEPLOYNAME is not set, and 'cli-\(stage)' cannot be the pods' label: it has over 63 characters; set it, or a shorter STAGE"
      ])
    #expect(try Wanted.resolve(["STAGE": stage, "CLUSTER_DEPLOYNAME": "a"]).values.stage == stage)
  }

  @Test("What is missing is said together, and is a code of its own")
  func missing() {
    let error = #expect(throws: WorkerDeploymentError.self) {
      try WorkerValues.resolve(WorkerValuesInput(environment: [:]))
    }
    #expect(error?.code == .missing)
    #expect(
      error?.message == """
        STAGE is not set, and no git commit can be read in the working directory; set STAGE to a name for this deployment
        IMAGE_REPO is not set; set it to the repository to which the image is delivered, as registry.example/team/prover-cluster, or name an image of your own with --image
        COORDINATOR_EP is not set; set it to the IP address of the coordinator's machine, which every node must reach, or COORDINATOR_SERV to the coordinator's URL
        """)
  }

  @Test("Without a host there is no registry that is taken for granted")
  func noHost() {
    let sentence =
      "IMAGE_HOST is not set, and IMAGE_REPO ('team/provers') does not begin with a host; set IMAGE_HOST to the registry's host: Muster has no registry of its own choice, so that no image goes to strangers by mistake"
    #expect(Wanted.problems(["IMAGE_REPO": "team/provers"]) == [sentence])
    #expect(Wanted.problems(["IMAGE_REPO": "team/provers", "IMAGE_HOST_ALIAS": "pull.example"]) == [sentence])
    // A host that is wrong is not missing too.
    #expect(Wanted.problems(["IMAGE_REPO": "team/provers", "IMAGE_HOST": "/"]).count == 1)
  }
}
