import Testing

@testable import Settings

@Suite struct ListenerTests {
  @Test(arguments: [
    ("listen: 127.0.0.1:1", ["127.0.0.1:1/muster"]), ("listen: '[::1]:1/original'", ["[::1]:1/original"]),
    ("listen: [127.0.0.1:1, '127.0.0.1:2/muster+original']", ["127.0.0.1:1/muster", "127.0.0.1:2/muster+original"]),
    ("listen: '127.0.0.1:1, 127.0.0.1:2'", ["127.0.0.1:1/muster", "127.0.0.1:2/muster"]),
    ("listen: [{address: 'localhost:0', protocols: original}]", ["localhost:0/original"]),
    ("listen: ['127.0.0.1:0', '127.0.0.1:0']", ["127.0.0.1:0/muster", "127.0.0.1:0/muster"]),
  ])
  func takesAllForms(yaml: String, listeners: [String]) throws {
    #expect(try coordinator(yaml).listeners.map(\.description) == listeners)
  }

  @Test(arguments: [
    ("listen: []", "muster.yaml:1: listen: the list is empty; give an address, or remove the key"),
    ("listen: [{}]", "muster.yaml:1: listen[0]: address is missing; add address: HOST:PORT"),
    ("listen:\n  - ~", "muster.yaml:2: listen[0]: the value is missing; give one, or remove the line"),
    (
      "listen: 50055",
      "muster.yaml:1: listen: '50055' has no port; give HOST:PORT, such as 127.0.0.1:50055, 0.0.0.0:50055 or [::1]:50055"
    ),
    (
      "listen: '::1:50055'",
      "muster.yaml:1: listen: '::1:50055' has several colons: an IPv6 address stands in brackets, as in [::1]:50055"
    ),
    (
      "listen: myhost:50055",
      "muster.yaml:1: listen: 'myhost' is a name, and a listener takes an address of this machine; give for example "
        + "0.0.0.0:50055 or 127.0.0.1:50055"
    ),
    ("listen: 127.0.0.1:1/grpc", "muster.yaml:1: listen: 'grpc' is no protocol; give muster, original or both"),
    (
      "listen:\n  - address: 127.0.0.1:1\n    protocols: []",
      "muster.yaml:3: listen[0].protocols: no protocol is given; give muster, original or both"
    ),
    (
      "listen:\n  - address: 127.0.0.1:1\n    protocol: [muster]",
      "muster.yaml:3: listen[0].protocol: there is no such key; did you mean 'protocols'?"
    ),
    (
      "listen:\n  - address: 127.0.0.1:1\n    tls: {}",
      "muster.yaml:3: listen[0].tls: this build has no TLS yet; remove the key, and listen on loopback or in a network "
        + "you trust"
    ),
    (
      "listen: [127.0.0.1:1, 0.0.0.0:1]",
      "muster.yaml:1: listen: 0.0.0.0:1 and 127.0.0.1:1 are the same port; give one of them another"
    ),
  ])
  func whatIsWrongIsSaid(yaml: String, message: String) throws {
    #expect(try problems(yaml) == [message])
  }

  @Test func whatOthersCanReachIsSaid() throws {
    #expect(
      try coordinator("listen: 0.0.0.0:50055").warnings == [
        "muster.yaml:1: listen: 0.0.0.0:50055 is not encrypted, and anyone who reaches it may submit, take and cancel tasks"
      ])
    #expect(
      try coordinator("listen: 10.0.0.1:50055/original").warnings == [
        "muster.yaml:1: listen: the original protocol on 10.0.0.1:50055 is not encrypted and lets anyone who reaches it "
          + "take tasks and send results"
      ])
    #expect(try coordinator("listen: 127.0.0.1:50055/muster+original").warnings == [])
  }
}
