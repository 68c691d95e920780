/// A part of a blob was not taken, and may be sent again.
struct UploadBroken: Error {}
