/// Reads whole files of bounded size.
package enum FileReader {
  /// The largest picture or array file read by default.
  package static let defaultLimit = 1 << 30

  /// All bytes of a regular file of at most `limit` bytes.
  package static func read(
    _ path: String, limit: Int = defaultLimit
  ) throws(FormatError) -> [UInt8] {
    let file = try OpenFile(path)
    guard file.size <= limit else {
      throw .limit("has \(file.size) bytes, expected at most \(limit)")
    }
    return try file.bytes(0..<file.size)
  }
}
