import OCIImages
import Terminal

/// What a copy came to.
struct ImageTransferView: Encodable {
  let digest: String
  let media_type: String
  let from: String
  let to: String
  let bytes: Int64
  let bytes_sent: Int64
  let parts: Int
  let parts_already_there: Int

  init(_ descriptor: Descriptor, from: String, to: String, progress: CopyProgress) {
    digest = descriptor.digest.description
    media_type = descriptor.mediaType.rawValue
    self.from = from
    self.to = to
    bytes = progress.bytes
    bytes_sent = progress.bytesDone
    parts = progress.blobs
    parts_already_there = progress.blobsSkipped
  }

  var table: Table {
    let there = parts_already_there > 0 ? " (\(parts_already_there) of \(parts) parts were there)" : ""
    return Table(facts: [
      ("image", Cell(to)), ("digest", Cell(digest)),
      ("sent", Cell("\(Format.bytes(UInt64(max(bytes_sent, 0)))) of \(Format.bytes(UInt64(max(bytes, 0))))\(there)")),
    ])
  }
}
