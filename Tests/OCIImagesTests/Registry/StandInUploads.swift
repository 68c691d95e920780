import NIOHTTP1

@testable import OCIImages

/// How the registry that stands in for a real one takes blobs.
enum StandInUploads {
  static func reply(
    to request: StandInServer.Request, _ name: String, id: String?, _ state: inout StandInRegistry.State
  ) -> StandInServer.Reply {
    if let largest = state.largestBody, request.body.count > largest {
      return StandInServer.Reply(status: .payloadTooLarge)
    }
    guard let id else { return open(request, name, &state) }
    guard var bytes = state.uploads[id] else { return StandInAnswers.error(.notFound, "BLOB_UPLOAD_UNKNOWN") }
    switch request.method {
    case .GET: return progress(.noContent, name, id, bytes.count, request, state)
    case .PATCH:
      if let range = request.headers.first(name: "Content-Range"), !range.hasPrefix("\(bytes.count)-") {
        return StandInAnswers.error(.rangeNotSatisfiable, "RANGE_INVALID")
      }
      bytes += request.body
      state.uploads[id] = bytes
      return progress(.accepted, name, id, bytes.count, request, state)
    case .PUT:
      bytes += request.body
      // What is cut stays as a part, as in registries that can be resumed.
      if request.isCut {
        state.uploads[id] = bytes
        return StandInServer.Reply()
      }
      guard let digest = try? Digest(request.query["digest"] ?? ""), !state.checksBlobs || Digest.of(bytes) == digest
      else {
        return StandInAnswers.error(.badRequest, "DIGEST_INVALID")
      }
      state.uploads[id] = nil
      state.blobs[digest] = bytes
      state.owners[name, default: []].insert(digest)
      return StandInServer.Reply(status: .created, headers: ["Docker-Content-Digest": digest.description])
    default: return StandInAnswers.error(.methodNotAllowed, "UNSUPPORTED")
    }
  }

  private static func open(
    _ request: StandInServer.Request, _ name: String, _ state: inout StandInRegistry.State
  ) -> StandInServer.Reply {
    if let mount = request.query["mount"], let digest = try? Digest(mount), let from = request.query["from"],
      state.owners[from]?.contains(digest) == true
    {
      state.owners[name, default: []].insert(digest)
      return StandInServer.Reply(status: .created, headers: ["Docker-Content-Digest": mount])
    }
    state.next += 1
    let id = "upload-\(state.next)"
    state.uploads[id] = []
    var reply = progress(.accepted, name, id, 0, request, state)
    if let minimum = state.minimumChunk { reply.headers.add(name: "OCI-Chunk-Min-Length", value: "\(minimum)") }
    return reply
  }

  private static func progress(
    _ status: HTTPResponseStatus, _ name: String, _ id: String, _ count: Int, _ request: StandInServer.Request,
    _ state: StandInRegistry.State
  ) -> StandInServer.Reply {
    let start = state.absoluteLocations ? "http://\(request.headers.first(name: "Host") ?? "")" : ""
    return StandInServer.Reply(
      status: status,
      headers: ["Location": "\(start)/v2/\(name)/blobs/uploads/\(id)?state=a%3Db", "Range": "0-\(max(count - 1, 0))"])
  }
}
