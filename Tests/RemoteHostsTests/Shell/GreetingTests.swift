import Testing

@testable import RemoteHosts

@Suite("The beginning of a session")
struct GreetingTests {
  private static func steps(_ greeting: inout Greeting) -> [Greeting.Step] {
    var steps: [Greeting.Step] = []
    while let step = greeting.nextStep() { steps.append(step) }
    return steps
  }

  @Test("goes from the login to the ready shell, past what the login shell prints")
  func stages() {
    var greeting = Greeting(hasPassword: false)
    greeting.receive(Array("Welcome!\nloading profile".utf8), on: .output)
    #expect(greeting.stage == .connecting)
    greeting.receive(Array("\n@remote-shell us".utf8), on: .output)
    greeting.receive(Array("er\n".utf8), on: .output)
    #expect(greeting.stage == .user)
    greeting.receive(Array("@remote-shell root\n".utf8), on: .output)
    #expect(Self.steps(&greeting) == [.sendProgram])
    greeting.receive(Array("@remote-shell ready\n".utf8), on: .output)
    #expect(Self.steps(&greeting) == [.isReady])
    #expect(greeting.output == "Welcome!\nloading profile\n")
  }

  @Test("gives the password once, at the question, and not before the user is in")
  func password() {
    var greeting = Greeting(hasPassword: true)
    greeting.receive(Array("user@host's password: ".utf8), on: .errors)
    greeting.receive(Array("@remote-shell password:".utf8), on: .errors)
    #expect(Self.steps(&greeting) == [])
    greeting.receive(Array("\n@remote-shell user\n".utf8), on: .output)
    #expect(Self.steps(&greeting) == [])
    greeting.receive(
      Array("We trust you have received the lecture about your password.\n@remote-shell pass".utf8), on: .errors)
    #expect(Self.steps(&greeting) == [])
    greeting.receive(Array("word:".utf8), on: .errors)
    #expect(Self.steps(&greeting) == [.sendPassword])
    greeting.receive(Array("\nSorry, try again.\n".utf8), on: .errors)
    #expect(Self.steps(&greeting) == [])
    greeting.receive(Array("@remote-shell password:".utf8), on: .errors)
    #expect(Self.steps(&greeting) == [.wrongPassword])
  }

  @Test("does not answer when there is no password")
  func none() {
    var greeting = Greeting(hasPassword: false)
    greeting.receive(Array("@remote-shell user\n".utf8), on: .output)
    greeting.receive(Array("@remote-shell password:".utf8), on: .errors)
    #expect(Self.steps(&greeting) == [])
  }

  @Test("reads bounded amounts of anything, and no stage out of turn")
  func fuzz() {
    var greeting = Greeting(hasPassword: true)
    greeting.receive(Array("@remote-shell ready\n@remote-shell root\n".utf8), on: .output)
    #expect(greeting.stage == .connecting)
    let noise = [UInt8](repeating: 0xFF, count: 100_000)
    for _ in 0..<5 {
      greeting.receive(noise, on: .output)
      greeting.receive(noise, on: .errors)
    }
    #expect(greeting.errors.utf8.count < 500_000)
    greeting.receive(Array("\n@remote-shell user\n".utf8), on: .output)
    #expect(greeting.stage == .user)
  }
}
