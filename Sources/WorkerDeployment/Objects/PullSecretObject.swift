import Foundation
import Kubernetes

/// The pull secret, in the form of docker's file of credentials.
///
/// Source of the format: `docker-login(1)`, and the secret type `kubernetes.io/dockerconfigjson`.
enum PullSecretObject {
  /// - Parameter host: from which nodes pull, which need not be the one to which the image was delivered.
  static func object(_ login: RegistryLogin, host: String, _ base: DynamicObject) throws(WorkerDeploymentError)
    -> DynamicObject
  {
    guard !login.user.isEmpty, !login.user.contains(":") else {
      throw WorkerDeploymentError(
        .badValue, "IMAGE_AUTH_USER is empty or has a ':' in it, which no registry's user has; set the user's name")
    }
    let password = login.password.reveal()
    let entry: JSONValue = [
      "username": .string(login.user), "password": .string(password),
      "auth": .string(Data("\(login.user):\(password)".utf8).base64EncodedString()),
    ]
    let file = JSONWriter.text(["auths": .object([host: entry])])
    var object = base
    object["type"] = "kubernetes.io/dockerconfigjson"
    object["data"] = [".dockerconfigjson": .string(Data(file.utf8).base64EncodedString())]
    return object
  }
}
