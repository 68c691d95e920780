import Testing

@testable import Executors

@Suite struct PlaceholdersTests {
  private func substituted(_ argument: String, _ values: [String: String] = ["input": "/t/input", "task.id": "a"])
    -> String?
  {
    try? Placeholders.substitute(argument, values).get()
  }

  @Test(arguments: [
    ("{input}", "/t/input"),
    ("--in={input},{task.id}", "--in=/t/input,a"),
    ("plain", "plain"),
    ("", ""),
    (#"{"x":1}"#, #"{"x":1}"#),
    (#"{"a":{"b":[1,2]}}"#, #"{"a":{"b":[1,2]}}"#),
    ("{print $1}", "{print $1}"),
    ("{}", "{}"),
    ("{Input}", "{Input}"),
    ("{in put}", "{in put}"),
    ("${HOME}", "${HOME}"),
    ("{{print}}", "{print}"),
    ("{{input}} {input}", "{input} /t/input"),
    ("{{{input}}}", "{{input}}"),
    ("{", "{"), ("}", "}"), ("{input", "{input"), ("input}", "input}"), ("{{input}", "{/t/input"),
    ("ü{input}ü", "ü/t/inputü"),
  ])
  func replacesNamesAndNothingElse(_ argument: String, _ expected: String) {
    #expect(substituted(argument) == expected)
  }

  @Test func aValueIsNotReadAgain() {
    #expect(substituted("{a}", ["a": "{b}", "b": "no"]) == "{b}")
  }

  @Test func namesWhatIsUnknown() {
    let problem = Placeholders.problem(in: [["prove", "{inptu}"]], known: ["vk"])
    #expect(
      problem == "Argument '{inptu}' holds the unknown placeholder {inptu}; known are {dir}, {input}, {output}, {vk}, "
        + "and {{inptu}} is a literal {inptu}.")
    #expect(Placeholders.problem(in: [["prove", "{input}", "{vk}"], ["{dir}/x"]], known: ["vk"]) == nil)
  }
}
