/// A long list, a page at a time.
///
/// When the server has forgotten the list's moment (it keeps a few minutes) before all of it was read, the list begins
/// anew: then a page comes whose ``ResourceList/isFirst`` is true, and what came before it is void.
public struct ResourcePages<Object: KubernetesObject>: AsyncSequence, Sendable {
  public typealias Element = ResourceList<Object>

  /// How often a list begins anew before it is read in one.
  private static var mostStarts: Int { 3 }

  let readers: ResourceStream<ListReader<Object>>

  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var readers: ResourceStream<ListReader<Object>>.AsyncIterator

    /// Objects are read here, in the task of the reader, while the next page is on its way.
    public mutating func next() async throws -> ResourceList<Object>? { try await readers.next()?.list() }
  }

  init(_ resources: ResourceClient<Object>, _ options: ListOptions) {
    readers = ResourceStream(capacity: 1) { give in
      var options = options
      if options.limit == nil { options.limit = 500 }
      let start = options
      var starts = 1
      while true {
        let page: ListReader<Object>
        do {
          page = try await resources.page(options, isFirst: options.continueToken == nil)
        } catch let error as KubernetesError where error.isExpired && options.continueToken != start.continueToken {
          starts += 1
          options = start
          if starts > Self.mostStarts { options.limit = 0 }
          continue
        }
        try await give(page)
        guard let token = page.continueToken else { return }
        options.continueToken = token
      }
    }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(readers: readers.makeAsyncIterator()) }
}
