import Testing

@testable import WorkerDeployment

@Suite struct RemarksTests {
  @Test("Both references are said, and what was decided for the user")
  func references() throws {
    #expect(
      try Wanted.resolve(["IMAGE_HOST_ALIAS": "pull.example", "CLUSTER_NS": "", "STAGE": ""], stage: "1a2b3c4-dirty")
        .remarks == [
          "CLUSTER_NS is not set, so the workers are in the namespace 'default', which is not recommended: there is one cluster of workers a namespace, and 'default' has what names none; set CLUSTER_NS or --namespace",
          "STAGE is not set, so it is the commit of the working directory, 1a2b3c4-dirty: tracked files differ from it",
          "IMAGE_HOST is not set, so the first part of IMAGE_REPO is the host: registry.example",
          "the image is delivered to registry.example/team/provers:client-1a2b3c4-dirty and pulled from pull.example/team/provers:client-1a2b3c4-dirty",
        ])
    #expect(
      try Wanted.resolve(["IMAGE_HOST": "a.example"]).remarks == [
        "IMAGE_HOST is set, so 'registry.example' in IMAGE_REPO is a part of the path",
        "the image is delivered to a.example/registry.example/team/provers:client-v1 and pulled from a.example/registry.example/team/provers:client-v1",
      ])
  }

  @Test("What has no effect is said")
  func noEffect() throws {
    let remarks = try Wanted.resolve(
      ["IMAGE_AUTH_PASSWORD": "canary", "MUSTER_JOIN_TOKEN": "canary"],
      flags: ["image.own": "own.example/a:1", "protocol": "original"]
    ).remarks
    #expect(
      remarks == [
        "the image own.example/a:1 is your own, and nothing is built or delivered; IMAGE_REPO has no effect",
        "a password for the registry is given and IMAGE_AUTH_USER is not: it is not used",
        "a join token is given, and the original protocol knows none: it is not used",
      ])
  }

  @Test("The commit of git is used only where nobody names a stage")
  func stage() throws {
    #expect(try Wanted.resolve(["STAGE": ""], stage: "1a2b3c4").values.stage == "1a2b3c4")
    #expect(try Wanted.resolve(["STAGE": ""], stage: "1a2b3c4").values.isDeployNameGiven == false)
    #expect(try Wanted.resolve(stage: "1a2b3c4").values.stage == "v1")
    #expect(try Wanted.resolve(["STAGE": ""], file: "stage: 1.10", stage: "1a2b3c4").values.stage == "1.10")
  }
}
