import Foundation
import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

/// Secrets that were planted, and where they may be.
@Suite struct SecrecyTests {
  private func forms(_ secret: String) -> [String] {
    let base64 = Data(secret.utf8).base64EncodedString()
    return [secret, String(base64.prefix(base64.count - 4))]
  }

  @Test("Passwords and tokens are in the two Secrets and in no other object")
  func objects() throws {
    for object in try WorkerObjects(TestValues.most(), TestValues.new).all() where object.type.kind != "Secret" {
      let text = JSONWriter.text(.object(object.object.content))
      for secret in forms(TestValues.password) + forms(TestValues.token) {
        #expect(!text.contains(secret), "\(object.title)")
      }
    }
  }

  @Test("Objects print as their titles, by themselves and in what holds them")
  func printing() throws {
    let objects = try WorkerObjects(TestValues.most(), TestValues.new).all()
    let actions = objects.map { DeploymentAction(.apply($0), subject: $0.title, why: $0.purpose) }
    let values = try TestValues.most()
    var dumped = ""
    dump(objects, to: &dumped)
    dump(actions, to: &dumped)
    dump(values, to: &dumped)
    let texts = [
      dumped, "\(objects)", "\(actions)", String(reflecting: objects), "\(values)", String(reflecting: values),
    ]
    let encoded = objects.filter { $0.type.kind == "Secret" }.compactMap { object in
      object.object["data", ".dockerconfigjson"]?.string ?? object.object["data", "token"]?.string
    }
    #expect(encoded.count == 2)
    for text in texts {
      #expect(!(forms(TestValues.password) + forms(TestValues.token) + encoded).contains { text.contains($0) })
    }
    #expect("\(objects[0])" == "configmap/cluster-conf")
  }

  @Test("The pull secret is for the host from which nodes pull, in docker's form")
  func pullSecret() throws {
    let objects = try TestValues.objects(TestValues.most())
    let secret = try #require(objects.first { $0.name == "img-cred" })
    #expect(secret["type"]?.string == "kubernetes.io/dockerconfigjson")
    let data = try #require(Data(base64Encoded: secret["data", ".dockerconfigjson"]?.string ?? ""))
    let file = try JSONReader.parse(Array(data))
    #expect(file["auths"]?.object?.keys.sorted() == ["outside.example:5001"])
    let entry = file["auths", "outside.example:5001"]
    #expect(entry?["username"]?.string == "ada")
    #expect(entry?["password"]?.string == TestValues.password)
    #expect(entry?["auth"]?.string == Data("ada:\(TestValues.password)".utf8).base64EncodedString())
  }

  @Test("No message repeats a secret", arguments: ["http://ada:canary-password-7Q@c.example", "canary-password-7Q"])
  func messages(upstream: String) throws {
    var values = TestValues.least
    values.upstream = upstream
    let error = #expect(throws: WorkerDeploymentError.self) { try TestValues.objects(values) }
    #expect(error?.message.contains(TestValues.password) == false)
    #expect(error?.message.contains("COORDINATOR_SERV") == true)
  }

  @Test("A user that no registry could have is refused", arguments: ["", "a:b"])
  func user(name: String) throws {
    var values = TestValues.least
    values.login = RegistryLogin(user: name, password: Secret("x"))
    #expect(throws: WorkerDeploymentError.self) { try TestValues.objects(values) }
  }
}
