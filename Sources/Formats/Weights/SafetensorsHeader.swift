/// What a safetensors header says, every rule of the format checked
/// (github.com/huggingface/safetensors, "Format"), duplicate keys and empty tensors refused.
struct SafetensorsHeader {
  static let maximumLength = 100_000_000
  static let maximumTensors = 100_000
  static let maximumRank = 8

  /// In the order of their bytes.
  let entries: [WeightEntry]
  let metadata: [String: String]

  init(_ file: OpenFile) throws(FormatError) {
    guard file.size >= 8 else {
      throw .malformed("the file has \(file.size) bytes, expected at least 8", at: "header")
    }
    var prefix = ByteReader(try file.bytes(0..<8))
    let low = prefix.integer(4, bigEndian: false) ?? 0
    let high = prefix.integer(4, bigEndian: false) ?? 0
    let length = high > 0 ? Int.max : low
    guard length <= Self.maximumLength else {
      throw .limit(
        "its length passes the limit of \(Self.maximumLength) bytes; is this a safetensors file?",
        at: "header")
    }
    guard length <= file.size - 8 else {
      throw .malformed(
        "its length is \(length), the file has \(file.size - 8) bytes after it", at: "header")
    }
    let bytes = try file.bytes(8..<8 + length)
    guard bytes.first == UInt8(ascii: "{") else {
      throw .malformed("expected \"{\"", at: "header, byte 8")
    }
    try self.init(bytes, dataStart: 8 + length, dataLength: file.size - 8 - length)
  }

  private init(_ bytes: [UInt8], dataStart: Int, dataLength: Int) throws(FormatError) {
    var scanner = HeaderScanner(bytes, origin: 8)
    var names: Set<String> = []
    var entries: [WeightEntry] = []
    var metadata: [String: String] = [:]
    try scanner.object { (scanner, name) throws(FormatError) in
      guard names.insert(name).inserted else {
        throw scanner.failure("\(quoted(name)) is there twice")
      }
      if name == "__metadata__" {
        metadata = try Self.metadata(&scanner)
        return
      }
      guard entries.count < Self.maximumTensors else {
        throw .limit("more than \(Self.maximumTensors) tensors", at: "header")
      }
      entries.append(
        try Self.entry(name, &scanner, dataStart: dataStart, dataLength: dataLength))
    }
    guard scanner.isAtEnd() else { throw scanner.failure("expected the end of the header") }
    entries.sort { $0.range.lowerBound < $1.range.lowerBound }
    try Self.checkCoverage(entries, dataStart: dataStart, dataLength: dataLength)
    self.entries = entries
    self.metadata = metadata
  }

  private static func metadata(
    _ scanner: inout HeaderScanner
  ) throws(FormatError) -> [String: String] {
    var result: [String: String] = [:]
    try scanner.object { (scanner, key) throws(FormatError) in
      let value = try scanner.string()
      guard result.updateValue(value, forKey: key) == nil else {
        throw scanner.failure("\(quoted(key)) is there twice")
      }
    }
    return result
  }

  /// entry ::= '{' "dtype": string, "shape": integers, "data_offsets": [begin, end] '}'
  private static func entry(
    _ name: String, _ scanner: inout HeaderScanner, dataStart: Int, dataLength: Int
  ) throws(FormatError) -> WeightEntry {
    var type: ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { (scanner, key) throws(FormatError) in
      switch key {
      case "dtype" where type == nil:
        let text = try scanner.string()
        type = ElementType(rawValue: text)
        guard type != nil else { throw scanner.failure("unknown dtype \(quoted(text))") }
      case "shape" where shape == nil: shape = try scanner.integers(limit: maximumRank)
      case "data_offsets" where offsets == nil: offsets = try scanner.integers(limit: 2)
      case "dtype", "shape", "data_offsets":
        throw scanner.failure("\(quoted(key)) is there twice")
      default:
        throw scanner.failure(
          "\(quoted(key)) is no key of a tensor, expected dtype, shape and data_offsets")
      }
    }
    let place = "tensor \(quoted(name))"
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw .malformed("expected dtype, shape and two data_offsets", at: place)
    }
    guard offsets[0] <= offsets[1], offsets[1] <= dataLength else {
      throw .malformed(
        "its bytes are \(offsets[0]) to \(offsets[1]), the file has \(dataLength)", at: place)
    }
    guard let bytes = byteCount(shape, type) else {
      throw .malformed("its shape \(shape) has too many elements", at: place)
    }
    guard bytes > 0 else { throw .malformed("empty tensor of shape \(shape)", at: place) }
    guard bytes == offsets[1] - offsets[0] else {
      throw .malformed(
        "\(type.rawValue) \(shape) needs \(bytes) bytes, its offsets hold "
          + "\(offsets[1] - offsets[0])", at: place)
    }
    // Both offsets are at most the file's size past `dataStart`.
    let range = dataStart + offsets[0]..<dataStart + offsets[1]
    return WeightEntry(name: name, type: type, dimensions: shape, range: range)
  }

  /// Nil where the bits overflow or end inside a byte.
  private static func byteCount(_ shape: [Int], _ type: ElementType) -> Int? {
    var bits = type.bits
    for dimension in shape {
      let (product, overflow) = bits.multipliedReportingOverflow(by: dimension)
      guard !overflow else { return nil }
      bits = product
    }
    return bits % 8 == 0 ? bits / 8 : nil
  }

  /// The tensors cover the data from its first to its last byte, each byte once.
  private static func checkCoverage(
    _ entries: [WeightEntry], dataStart: Int, dataLength: Int
  ) throws(FormatError) {
    var next = dataStart
    for entry in entries {
      guard entry.range.lowerBound == next else {
        let fault = entry.range.lowerBound < next ? "overlaps the one before" : "follows a hole"
        throw .malformed(
          "it begins at byte \(entry.range.lowerBound) and \(fault), expected byte \(next)",
          at: "tensor \(quoted(entry.name))")
      }
      next = entry.range.upperBound
    }
    guard next == dataStart + dataLength else {
      throw .malformed(
        "\(dataStart + dataLength - next) bytes belong to no tensor", byte: next)
    }
  }
}
