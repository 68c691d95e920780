extension Pod {
  /// Whether all of its containers run and say that they can work.
  public var isReady: Bool { status?.conditions?.of("Ready")?.isTrue ?? false }

  /// Whether its containers have ended and will not run again.
  public var isOver: Bool { status?.phase == "Succeeded" || status?.phase == "Failed" }
}
