extension Node {
  public var isReady: Bool { status?.conditions?.of("Ready")?.isTrue ?? false }
}
