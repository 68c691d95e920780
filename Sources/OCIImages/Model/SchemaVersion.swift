/// The number that every manifest and index begins with.
enum SchemaVersion {
  static func check(_ fields: KeyedDecodingContainer<AnyKey>) throws {
    let version: Int? = try fields.optional("schemaVersion")
    guard version == 2 else {
      throw OCIError(
        .unsupported,
        version == 1
          ? "it has Docker's schema 1, which is not supported; push the image again with a tool of this decade"
          : "its schemaVersion is not 2")
    }
  }
}
