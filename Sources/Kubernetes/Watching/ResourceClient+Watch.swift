extension ResourceClient {
  /// Every change from a version on. Connections that end, break or die are taken up where they ended, so that nothing
  /// is missed or comes twice.
  ///
  /// A reader that also needs the state, and wants to survive that the server forgets a version, uses ``ResourceCache``.
  ///
  /// - Parameters:
  ///   - options: selectors; what changes so that they no longer choose it comes as deleted.
  ///   - version: of a list, or of a bookmark.
  /// - Throws: ``KubernetesError`` while it is read: `refused` when the version is too old
  ///   (``KubernetesError/isExpired``): list again.
  public func watch(
    _ options: ListOptions = ListOptions(), from version: String, _ settings: WatchSettings = WatchSettings()
  ) -> ResourceStream<WatchEvent<Object>> {
    let loop = WatchLoop(resources: self, options: options, settings: settings, logger: nil)
    return ResourceStream(capacity: 64) { give in
      try await loop.run(from: version, list: nil, event: give)
    }
  }
}
