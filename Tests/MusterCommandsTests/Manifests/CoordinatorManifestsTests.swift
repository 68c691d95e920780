import ArgumentParser
import Certificates
import Foundation
import Kubernetes
import Settings
import Testing

@testable import MusterCommands

/// `deploy/coordinator` says what the program understands: a flag, a key or a variable that gets another name fails here.
@Suite struct CoordinatorManifestsTests {
  private let manifests: CoordinatorManifests
  private let pod: JSONValue
  private let initContainer: JSONValue
  private let container: JSONValue

  init() throws {
    manifests = try CoordinatorManifests()
    pod = try manifests.pod("muster-coordinator")
    initContainer = try #require(pod["initContainers", 0])
    container = try #require(pod["containers", 0])
  }

  private func text(_ file: String) throws -> String { try read("\(CoordinatorManifests.folder)/\(file)") }

  @Test("kustomization.yaml names every manifest but those of choice")
  func kustomization() throws {
    let named = try text("kustomization.yaml").split(separator: "\n").filter { $0.hasPrefix("  - ") }.map {
      $0.dropFirst(4)
    }
    let there = try FileManager.default.contentsOfDirectory(atPath: CoordinatorManifests.folder)
      .filter { $0.hasSuffix(".yaml") && $0 != "kustomization.yaml" }
    #expect(named.map(String.init).sorted() == there.sorted())
    #expect(CoordinatorManifests.files.filter { !$0.contains("/") } == named.map(String.init))
    for object in manifests.objects where object.kind != "Namespace" {
      #expect(object.namespace == CoordinatorManifests.namespace, "\(object.kind ?? "") \(object.name ?? "")")
    }
  }

  @Test("The arguments are the program's, and the paths in them are mounted")
  func arguments() throws {
    let run = try #require(try Muster.parseAsRoot(CoordinatorManifests.arguments(container)) as? CoordinatorRun)
    let make = try #require(try Muster.parseAsRoot(CoordinatorManifests.arguments(initContainer)) as? CoordinatorInit)
    let state = try #require(make.state.state)
    let paths = [(container, try #require(run.file)), (container, state), (initContainer, state)]
    for (each, path) in paths + [(initContainer, try #require(make.caCert)), (initContainer, try #require(make.caKey))]
    {
      #expect(CoordinatorManifests.source(of: path, in: each, pod) != nil, "\(path)")
    }
    let identity = try #require(CoordinatorManifests.variables(container)["MUSTER_IDENTITY"])
    #expect(identity == "\(state)/trust/admin")
    // The Secret's keys are the files' names.
    for path in [make.caCert, make.caKey] {
      let source = CoordinatorManifests.source(of: path ?? "", in: initContainer, pod)
      #expect(source?["secret", "secretName"]?.string == "muster-authority")
    }
    let mounted = CoordinatorManifests.source(of: run.file ?? "", in: container, pod)
    let map = try manifests.object("ConfigMap", try #require(mounted?["configMap", "name"]?.string))
    #expect(map["data", .name(URL(fileURLWithPath: run.file ?? "").lastPathComponent)] != nil)
  }

  @Test("The variables are the program's, or libpq's")
  func variables() {
    let known = Set(Schema.top.filter(\.isLayered).map(\.environment))
    for each in CoordinatorManifests.containers(pod) {
      for name in CoordinatorManifests.variables(each).keys {
        #expect(known.contains(name) || ["POD_NAME", "PGPASSWORD"].contains(name), "\(name)")
      }
    }
  }

  @Test(
    "With the certificates that its pod makes, muster.yaml is one of a coordinator with TLS, whose ports are the manifests'"
  )
  func settings() async throws {
    try await withFolder { folder in
      // As on the machine of who installs it; then as the pod does it, with its paths below the folder.
      let authority = "\(folder)/authority"
      #expect(await muster("coordinator", "init", "--state", authority).status == 0)
      let arguments = CoordinatorManifests.arguments(initContainer).map {
        $0.replacingOccurrences(of: "/etc/muster-authority", with: "\(authority)/trust")
          .replacingOccurrences(of: "/var/lib/muster", with: "\(folder)/state")
      }
      let made = await muster(arguments)
      #expect(made.status == 0, "\(made.messages)")
      let again = await muster(arguments)
      #expect(again.status == 0, "\(again.messages)")
      #expect(try read("\(folder)/state/trust/ca.pem") == read("\(authority)/trust/ca.pem"))

      let map = try manifests.object("ConfigMap", "muster-coordinator")
      try write(try #require(map["data", "muster.yaml"]?.string), to: "\(folder)/muster.yaml")
      var environment = CoordinatorManifests.variables(container)
      environment["MUSTER_STORE"] = try storeOfTheDocument()
      let settings = try CoordinatorSettings.load(
        SettingsInput(
          configFile: "\(folder)/muster.yaml", flags: ["state": "\(folder)/state"], environment: environment,
          folder: folder, cores: 2))
      #expect(settings.warnings == [])
      #expect(settings.listeners.map(\.description) == ["0.0.0.0:50055/muster+tls"])
      #expect(settings.hasTrust && settings.httpIsGuarded)
      #expect(settings.advertise?.description == "muster-coordinator-0.muster-coordinator-pods.muster.svc:50055")
      try ports([
        "grpc": try #require(settings.listeners.first?.address.port), "http": try #require(settings.http?.port),
      ])
      try names(ServerName.all(in: try CertificateFile.first("\(folder)/state/trust/server.pem")).map(\.description))
    }
  }

  /// The store's URL, from the command with which the Secret is made.
  private func storeOfTheDocument() throws -> String {
    let document = try read("\(CoordinatorManifests.folder)/../../docs/kubernetes-coordinator.md")
    let line = try #require(document.split(separator: "\n").first { $0.contains("--from-literal=store=") })
    let url = try #require(line.split(separator: "'").first { $0.hasPrefix("postgres://") }).description
    let path = try #require(url.split(separator: "=").last).description
    let source = CoordinatorManifests.source(of: path, in: container, pod)
    #expect(source?["secret", "secretName"]?.string == "muster-store", "\(path)")
    #expect(try manifests.object("Service", "muster-postgres")["spec", "ports", 0, "port"]?.integer == 5432)
    #expect(url.hasPrefix("postgres://muster@muster-postgres/"))
    return url
  }

  private func ports(_ listened: [String: Int]) throws {
    let own = (container["ports"]?.array ?? []).reduce(into: [String: Int]()) { ports, each in
      ports[each["name"]?.string ?? ""] = each["containerPort"]?.integer.map { Int($0) }
    }
    #expect(own == listened)
    for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
      #expect(container[.name(probe), "httpGet", "port"]?.string == "http")
      #expect(container[.name(probe), "httpGet", "scheme"]?.string == "HTTPS")
    }
    let selector: JSONValue = ["app.kubernetes.io/name": "muster-coordinator"]
    for service in manifests.all("Service") where service["spec", "selector"] == selector {
      for port in service["spec", "ports"]?.array ?? [] {
        #expect(port["port"]?.integer.map { Int($0) } == own[port["targetPort"]?.string ?? ""], "\(service.name ?? "")")
      }
    }
    let policy = try manifests.object("NetworkPolicy", "muster-coordinator")
    let open = (policy["spec", "ingress"]?.array ?? []).compactMap { $0["ports", 0, "port"]?.integer.map { Int($0) } }
    #expect(Set(open) == Set(listened.values))
  }

  /// Those by which pods of this and of other namespaces come.
  private func names(_ certified: [String]) throws {
    let service = try #require(try manifests.object("Service", "muster-coordinator").name)
    let own = "\(service).\(CoordinatorManifests.namespace)"
    for name in [service, own, "\(own).svc", "\(own).svc.cluster.local", "cluster-coordinator"] {
      #expect(certified.contains(name), "\(name)")
    }
  }

  @Test("Secrets, volumes and services that are named are there, or the document says how they are made")
  func references() throws {
    let document = try read("\(CoordinatorManifests.folder)/../../docs/kubernetes-coordinator.md")
    for set in manifests.all("StatefulSet") {
      let pod = try #require(set["spec", "template", "spec"])
      let claims = (set["spec", "volumeClaimTemplates"]?.array ?? []).compactMap { $0["metadata", "name"]?.string }
      let volumes = (pod["volumes"]?.array ?? []).compactMap { $0["name"]?.string } + claims
      for each in CoordinatorManifests.containers(pod) {
        let mounted = (each["volumeMounts"]?.array ?? []).compactMap { $0["name"]?.string }
        #expect(Set(mounted).isSubset(of: volumes), "\(each["name"]?.string ?? "")")
        for variable in each["env"]?.array ?? [] {
          guard let secret = variable["valueFrom", "secretKeyRef", "name"]?.string else { continue }
          #expect(document.contains("create secret generic \(secret)"), "\(secret)")
        }
      }
      for volume in pod["volumes"]?.array ?? [] {
        if let name = volume["configMap", "name"]?.string { _ = try manifests.object("ConfigMap", name) }
        if let name = volume["secret", "secretName"]?.string {
          #expect(document.contains(" \(name) "), "\(name)")
          #expect(volume["secret", "defaultMode"]?.integer == 0o440)
        }
      }
      let headless = try manifests.object("Service", try #require(set["spec", "serviceName"]?.string))
      #expect(headless["spec", "clusterIP"]?.string == "None")
      _ = try manifests.object("ServiceAccount", try #require(pod["serviceAccountName"]?.string))
    }
  }

  /// Source: the Pod Security Standard `restricted`.
  @Test("All pods keep to Pod Security restricted, ask for resources, and have no token of the API")
  func podSecurity() throws {
    for set in manifests.all("StatefulSet") {
      let pod = try #require(set["spec", "template", "spec"])
      #expect(pod["automountServiceAccountToken"]?.bool == false)
      #expect(pod["securityContext", "runAsNonRoot"]?.bool == true)
      #expect((pod["securityContext", "runAsUser"]?.integer ?? 0) > 0)
      #expect(pod["securityContext", "seccompProfile", "type"]?.string == "RuntimeDefault")
      #expect(pod["securityContext", "fsGroupChangePolicy"]?.string == "OnRootMismatch")
      for key in ["hostNetwork", "hostPID", "hostIPC"] { #expect(pod[.name(key)] == nil) }
      for volume in pod["volumes"]?.array ?? [] {
        let kinds = Set((volume.object ?? [:]).keys).subtracting(["name"])
        #expect(kinds.isSubset(of: ["configMap", "emptyDir", "secret"]), "\(kinds)")
      }
      for each in CoordinatorManifests.containers(pod) {
        let context = try #require(each["securityContext"])
        #expect(context["allowPrivilegeEscalation"]?.bool == false)
        #expect(context["readOnlyRootFilesystem"]?.bool == true)
        #expect(CoordinatorManifests.texts(context["capabilities", "drop"]) == ["ALL"])
        #expect(each["resources", "requests", "memory"] != nil && each["resources", "limits", "memory"] != nil)
        #expect(each["image"]?.string?.hasPrefix("registry.example/") == true)
      }
    }
  }

  @Test("The image's recipe is one that `muster image build` takes, and its files are there")
  func recipe() throws {
    let recipe = try ImageRecipeFile(yaml: try text("image/recipe.yaml"), name: "recipe.yaml")
    #expect(recipe.user == "65534:65534")
    #expect(pod["securityContext", "runAsUser"]?.integer == 65534)
    #expect(recipe.entrypoint == ["/usr/bin/muster"])
    for file in recipe.files {
      #expect(
        FileManager.default.fileExists(atPath: "\(CoordinatorManifests.folder)/../../\(file.source)"), "\(file.source)")
    }
  }
}
