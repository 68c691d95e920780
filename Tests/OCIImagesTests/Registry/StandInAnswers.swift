import Foundation
import NIOHTTP1

@testable import OCIImages

/// What the registry that stands in for a real one answers, after the distribution specification.
enum StandInAnswers {
  typealias Request = StandInServer.Request
  typealias Reply = StandInServer.Reply
  typealias State = StandInRegistry.State

  static func reply(to request: Request, _ state: inout State) -> Reply {
    if request.path == "/token" { return token(request, &state) }
    if let refusal = refusal(of: request, &state) { return refusal }
    if request.path == "/v2/" { return Reply() }
    let parts = request.path.dropFirst("/v2/".count).split(separator: "/").map(String.init)
    if let index = parts.firstIndex(of: "uploads"), index > 0, parts[index - 1] == "blobs" {
      let name = parts[..<(index - 1)].joined(separator: "/")
      return StandInUploads.reply(to: request, name, id: parts.dropFirst(index + 1).first, &state)
    }
    guard parts.count >= 3, let last = parts.last else { return error(.notFound, "NAME_UNKNOWN") }
    let name = parts.dropLast(2).joined(separator: "/")
    switch parts[parts.count - 2] {
    case "blobs": return blob(request, last, &state)
    case "manifests": return manifest(request, name, last, &state)
    case "tags": return tags(request, name, state)
    case "referrers": return referrers(request, name, last, state)
    default: return error(.notFound, "NAME_UNKNOWN")
    }
  }

  static func error(_ status: HTTPResponseStatus, _ code: String) -> Reply {
    Reply(status: status, body: Array(#"{"errors":[{"code":"\#(code)","message":"it is so"}]}"#.utf8))
  }

  private static func refusal(of request: Request, _ state: inout State) -> Reply? {
    let header = request.headers.first(name: "Authorization")
    switch state.access {
    case .open: return nil
    case .basic(let user, let password):
      let wanted = "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
      if header == wanted { return nil }
      var reply = error(.unauthorized, "UNAUTHORIZED")
      reply.headers.add(name: "WWW-Authenticate", value: #"Basic realm="all of it""#)
      return reply
    case .tokens(_, _, _, let realm):
      if let header, header.hasPrefix("Bearer "), let left = state.tokens[String(header.dropFirst(7))], left > 0 {
        state.tokens[String(header.dropFirst(7))] = left - 1
        return nil
      }
      let host = request.headers.first(name: "Host") ?? ""
      var reply = error(.unauthorized, "UNAUTHORIZED")
      reply.headers.add(
        name: "WWW-Authenticate",
        value: #"Bearer realm="\#(realm ?? "http://\(host)/token")",service="stand-in",scope="x""#)
      return reply
    }
  }

  private static func token(_ request: Request, _ state: inout State) -> Reply {
    guard case .tokens(let user, let password, let uses, _) = state.access else {
      return error(.notFound, "UNSUPPORTED")
    }
    if let user, let password {
      let wanted = "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
      let form = String(decoding: request.body, as: UTF8.self)
      guard request.headers.first(name: "Authorization") == wanted || form.contains("refresh_token=\(password)") else {
        return error(.unauthorized, "UNAUTHORIZED")
      }
    }
    state.next += 1
    state.tokens["token-\(state.next)"] = uses
    return Reply(body: Array(#"{"token":"token-\#(state.next)","expires_in":300}"#.utf8))
  }

  private static func blob(_ request: Request, _ text: String, _ state: inout State) -> Reply {
    guard let digest = try? Digest(text), let blob = state.blobs[digest] else {
      return error(.notFound, "BLOB_UNKNOWN")
    }
    if request.method == .DELETE {
      state.blobs[digest] = nil
      return Reply(status: .accepted)
    }
    if let target = state.redirectsBlobsTo, request.method == .GET {
      return Reply(status: .temporaryRedirect, headers: ["Location": "\(target)\(request.path)?signature=abc"])
    }
    if let range = request.headers.first(name: "Range"), let start = Int(range.dropFirst(6).dropLast()) {
      return Reply(
        status: .partialContent, headers: ["Content-Range": "bytes \(start)-\(blob.count - 1)/\(blob.count)"],
        body: Array(blob[start...]))
    }
    return Reply(headers: ["Content-Length": "\(blob.count)", "Docker-Content-Digest": text], body: blob)
  }

  private static func manifest(_ request: Request, _ name: String, _ reference: String, _ state: inout State) -> Reply {
    if request.method == .PUT {
      let digest = Digest.of(request.body)
      let type = request.headers.first(name: "Content-Type") ?? ""
      state.manifests["\(name)@\(digest)"] = (request.body, type)
      if !reference.hasPrefix("sha256:") { state.tags["\(name):\(reference)"] = digest.description }
      var reply = Reply(status: .created, headers: ["Docker-Content-Digest": digest.description])
      if state.listsReferrers, let subject = subject(request.body) {
        reply.headers.add(name: "OCI-Subject", value: subject.description)
      }
      return reply
    }
    let digest = reference.hasPrefix("sha256:") ? reference : state.tags["\(name):\(reference)"] ?? ""
    guard let found = state.manifests["\(name)@\(digest)"] else { return error(.notFound, "MANIFEST_UNKNOWN") }
    if request.method == .DELETE {
      state.manifests["\(name)@\(digest)"] = nil
      return Reply(status: .accepted)
    }
    let headers: HTTPHeaders = [
      "Content-Type": found.type, "Docker-Content-Digest": digest, "Content-Length": "\(found.content.count)",
    ]
    return Reply(headers: headers, body: found.content)
  }

  private static func tags(_ request: Request, _ name: String, _ state: State) -> Reply {
    let all = state.tags.keys.filter { $0.hasPrefix("\(name):") }.map { String($0.dropFirst(name.count + 1)) }.sorted()
    guard !all.isEmpty else { return error(.notFound, "NAME_UNKNOWN") }
    let rest = all.filter { $0 > request.query["last"] ?? "" }
    let page = Array(rest.prefix(state.pageSize))
    var reply = Reply(body: Array(#"{"name":"\#(name)","tags":["\#(page.joined(separator: "\",\""))"]}"#.utf8))
    if rest.count > page.count, let last = page.last {
      reply.headers.add(name: "Link", value: "</v2/\(name)/tags/list?last=\(last)&n=\(state.pageSize)>; rel=\"next\"")
    }
    return reply
  }

  private static func referrers(_ request: Request, _ name: String, _ digest: String, _ state: State) -> Reply {
    guard state.listsReferrers else { return error(.notFound, "UNSUPPORTED") }
    let found = state.manifests.filter {
      $0.key.hasPrefix("\(name)@") && subject($0.value.content)?.description == digest
    }
    let entries = found.values.map { manifest in
      Descriptor(
        mediaType: MediaType(rawValue: manifest.type), digest: .of(manifest.content),
        size: Int64(manifest.content.count),
        artifactType: "application/x.signature")
    }
    guard let body = try? ImageIndex(manifests: entries).encoded() else { return error(.badRequest, "UNSUPPORTED") }
    return Reply(headers: ["Content-Type": MediaType.ociIndex.rawValue], body: body)
  }

  private static func subject(_ content: [UInt8]) -> Digest? {
    guard case .image(let manifest)? = try? ManifestContent(content) else { return nil }
    return manifest.subject?.digest
  }
}
