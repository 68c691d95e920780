import Testing

@testable import WorkerDeployment

@Suite struct RemarksTests {
  @Test("What was decided where nothing was said is said, apart from warnings")
  func decisions() throws {
    let resolved = try Wanted.resolve(
      ["IMAGE_HOST_ALIAS": "pull.example", "CLUSTER_NS": "", "STAGE": ""], stage: "1a2b3c4-dirty")
    #expect(
      resolved.remarks == [
        "CLUSTER_NS is not set, so the workers are in the namespace 'default', which is not recommended: there is one cluster of workers a namespace, and 'default' has what names none; set CLUSTER_NS or --namespace"
      ])
    #expect(
      resolved.notes == [
        "STAGE is not set, so it is the commit of the working directory, 1a2b3c4-dirty: tracked files differ from it",
        "IMAGE_HOST is not set, so the first part of IMAGE_REPO is the host: registry.example",
      ])
    #expect(
      try Wanted.resolve(["IMAGE_HOST": "a.example"]).notes == [
        "IMAGE_HOST is set, so 'registry.example' in IMAGE_REPO is a part of the path"
      ])
    let silent = try Wanted.resolve(["IMAGE_HOST": "a.example", "IMAGE_REPO": "team/a"])
    #expect(silent.notes == [] && silent.remarks == [])
  }

  @Test("What has no effect is said")
  func noEffect() throws {
    let resolved = try Wanted.resolve(
      ["IMAGE_AUTH_PASSWORD": "canary", "MUSTER_JOIN_TOKEN": "canary"],
      flags: ["image.own": "own.example/a:1", "protocol": "original"])
    #expect(
      resolved.remarks == [
        "a password for the registry is given and IMAGE_AUTH_USER is not: it is not used",
        "a join token is given, and the original protocol knows none: it is not used",
      ])
    #expect(
      resolved.notes == [
        "the image own.example/a:1 is your own, and nothing is built or delivered; IMAGE_REPO has no effect"
      ])
    #expect(resolved.values.joinToken == nil)
  }

  @Test("The commit of git is used only where nobody names a stage")
  func stage() throws {
    #expect(try Wanted.resolve(["STAGE": ""], stage: "1a2b3c4").values.stage == "1a2b3c4")
    #expect(try Wanted.resolve(["STAGE": ""], stage: "1a2b3c4").values.isDeployNameGiven == false)
    #expect(try Wanted.resolve(stage: "1a2b3c4").values.stage == "v1")
    #expect(try Wanted.resolve(["STAGE": ""], file: "stage: 1.10", stage: "1a2b3c4").values.stage == "1.10")
  }
}
