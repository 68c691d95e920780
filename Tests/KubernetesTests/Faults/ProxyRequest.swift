import Foundation
import MusterCore
import NIOCore
import NIOHTTP1

@testable import Kubernetes

/// A request that a ``FaultyProxy`` has read.
struct ProxyRequest: Sendable {
  /// How many came before it.
  let number: Int
  let at: Moment
  let method: String
  let forwarded: APIRequest

  /// - Throws: for what no client of ours sends.
  init(_ head: HTTPRequestHead, _ body: ByteBuffer, number: Int, at moment: Moment) throws {
    guard let method = APIRequest.Method(rawValue: head.method.rawValue), let url = URLComponents(string: head.uri)
    else { throw KubernetesError(.badValue, "\(head.method) \(head.uri) is no request that is passed on") }
    self.number = number
    at = moment
    self.method = method.rawValue
    let own: Set = ["host", "connection", "content-length", "transfer-encoding"]
    forwarded = APIRequest(
      method, url.percentEncodedPath, query: (url.queryItems ?? []).map { ($0.name, $0.value ?? "") },
      headers: head.headers.filter { !own.contains($0.name.lowercased()) }.map { ($0.name, $0.value) },
      body: body.readableBytes > 0 ? body : nil)
  }

  var isWatch: Bool { forwarded.isLong }
  /// Whether it goes on with a list.
  var isContinued: Bool { forwarded.query.contains { $0.name == "continue" } }
}
