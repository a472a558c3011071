/// The entries of a zip file (PKWARE's APPNOTE.TXT), every header checked before data is read.
///
/// Refused are encrypted and doubled entries, entries that overlap, names that lead out of a
/// folder, and headers that contradict the central directory.
struct ZipArchive: Sendable {
  static let signature: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
  static let maximumEntries = 200_000
  static let maximumDirectory = 32 << 20
  /// No deflated byte becomes more than this (RFC 1951: 258 bytes for two bits).
  static let maximumRatio = 1_032

  struct Entry: Sendable {
    let name: String
    let isDeflated: Bool
    /// Where its bytes lie in the file, as they are stored there.
    let range: Range<Int>
    /// Its length once it is inflated.
    let size: Int
    let crc: UInt32

    var place: String { "entry \(quoted(name))" }
  }

  let file: OpenFile
  /// In the order of the central directory, folders left out.
  let entries: [Entry]

  init(_ file: OpenFile) throws(FormatError) {
    self.file = file
    let end = try ZipEnd(file)
    guard end.directory.count <= Self.maximumDirectory, end.count <= Self.maximumEntries else {
      throw .limit(
        "\(end.count) entries in \(end.directory.count) bytes, expected at most "
          + "\(Self.maximumEntries) in \(Self.maximumDirectory)", at: "central directory")
    }
    var reader = ByteReader(try file.bytes(end.directory))
    var names: Set<String> = []
    var entries: [Entry] = []
    var regions: [(range: Range<Int>, name: String)] = []
    for _ in 0..<end.count {
      let place = end.directory.lowerBound + reader.position
      guard let record = try ZipRecord(&reader, at: place) else {
        throw .malformed("a record of the central directory is damaged", byte: place)
      }
      let range = try record.locate(file, before: end.directory.lowerBound)
      regions.append((record.offset..<range.upperBound, record.name))
      guard names.insert(record.name).inserted else {
        throw .malformed("\(quoted(record.name)) is there twice", byte: place)
      }
      if record.name.hasSuffix("/"), record.size == 0 { continue }
      entries.append(
        Entry(
          name: record.name, isDeflated: record.method == 8, range: range, size: record.size,
          crc: record.crc))
    }
    guard reader.remaining == 0 else {
      throw .malformed(
        "\(reader.remaining) bytes follow the last record of the central directory",
        byte: end.directory.lowerBound + reader.position)
    }
    regions.sort { $0.range.lowerBound < $1.range.lowerBound }
    for (first, second) in zip(regions, regions.dropFirst())
    where second.range.lowerBound < first.range.upperBound {
      throw .malformed(
        "\(quoted(second.name)) overlaps \(quoted(first.name))", byte: second.range.lowerBound)
    }
    self.entries = entries
  }
}
