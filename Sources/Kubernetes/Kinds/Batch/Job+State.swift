extension Job {
  public var isComplete: Bool { status?.conditions?.of("Complete")?.isTrue ?? false }
  public var isFailed: Bool { status?.conditions?.of("Failed")?.isTrue ?? false }
}
