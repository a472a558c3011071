package import Tensors

/// A .npz file: the headers of its arrays are read at once, an array when it is asked for.
///
/// Arrays of text, times and Python objects are passed over; objects are never unpickled.
package struct NPZArchive: WeightSource {
  package let entries: [WeightEntry]
  private let archive: ZipArchive
  private let arrays: [String: Item]

  /// One array: its index among the entries, its place in the archive, and how it lies there.
  private struct Item {
    let index: Int
    let stored: ZipArchive.Entry
    let dataStart: Int
    let view: StridedView
  }

  package init(_ path: String) throws(FormatError) {
    try self.init(ZipArchive(OpenFile(path)))
  }

  init(_ archive: ZipArchive) throws(FormatError) {
    self.archive = archive
    var entries: [WeightEntry] = []
    var arrays: [String: Item] = [:]
    for stored in archive.entries where stored.name.hasSuffix(".npy") {
      let name = String(stored.name.dropLast(4))
      let place = "array \(quoted(name))"
      let header: NPYHeader
      do throws(FormatError) {
        // The magic, version and length take at most 12 bytes before the literal.
        let stream = try ZipEntryStream(stored, of: archive.file)
        let count = min(stored.size, 12 + NPYHeader.maximumLength)
        header = try NPYHeader(stream.bytes(count, of: place))
      } catch {
        throw FormatError(error.kind, error.description, at: place)
      }
      guard let type = try Self.type(header.elements, at: place) else { continue }
      let view = try Self.view(header, type, stored, at: place)
      arrays[name] = Item(
        index: entries.count, stored: stored, dataStart: header.dataStart, view: view)
      entries.append(
        WeightEntry(
          name: name, type: type, dimensions: header.dimensions, range: stored.range))
    }
    self.entries = entries
    self.arrays = arrays
  }

  package var path: String { archive.file.path }

  package func entry(_ name: String) -> WeightEntry? {
    arrays[name].map { entries[$0.index] }
  }

  /// Whole numbers and truth values become float32 where they fit exactly.
  package func read(_ name: String) throws(FormatError) -> Tensor {
    let place = "array \(quoted(name))"
    guard let array = arrays[name] else {
      throw FormatError(.malformed, "the file has no such array", at: place)
    }
    let entry = entries[array.index]
    let stream = try ZipEntryStream(array.stored, of: archive.file)
    _ = try stream.bytes(array.dataStart, of: place)
    guard !array.view.isContiguous else {
      return try Tensor(entry.type, entry.dimensions, from: stream, at: place)
    }
    let flat = try Tensor(entry.type, [array.view.count], from: stream, at: place)
    return try flat.gathered(array.view, at: place)
  }

  /// How the array lies behind its header, which must account for every byte of the entry.
  private static func view(
    _ header: NPYHeader, _ type: ElementType, _ stored: ZipArchive.Entry, at place: String
  ) throws(FormatError) -> StridedView {
    let dimensions = header.dimensions
    guard dimensions.count <= SafetensorsHeader.maximumRank else {
      throw .unsupported(
        "\(dimensions.count) dimensions, expected at most \(SafetensorsHeader.maximumRank)",
        at: place)
    }
    // Reversed, C order is Fortran order.
    guard let fortran = StridedView(fortran: dimensions),
      let reversed = StridedView(fortran: dimensions.reversed()),
      let view = header.isFortranOrder
        ? fortran
        : StridedView(dimensions, strides: reversed.strides.reversed(), offset: 0)
    else { throw .malformed("the shape \(dimensions) has too many elements", at: place) }
    guard view.count > 0 else { throw .malformed("empty array of shape \(dimensions)", at: place) }
    // `Shape` keeps the count below 2^60, and an element has at most eight bytes.
    let (needed, overflow) = view.count.multipliedReportingOverflow(by: type.bits / 8)
    guard !overflow, needed == stored.size - header.dataStart else {
      throw .malformed(
        "\(type.rawValue) \(dimensions) needs \(needed) bytes, the entry has "
          + "\(stored.size - header.dataStart)", at: place)
    }
    return view
  }

  /// numpy's name of an element type; nil where the array holds no numbers.
  private static func type(
    _ elements: String, at place: String
  ) throws(FormatError) -> ElementType? {
    if let type = types[elements] { return type }
    let kind = elements.drop { "<>|=".contains($0) }.first
    if let kind, "OSUMmaT".contains(kind) { return nil }
    throw .unsupported(
      "the elements are \(quoted(elements)), expected little-endian numbers: save "
        + "a.astype(\"<f4\")", at: place)
  }

  private static let types: [String: ElementType] = [
    "<f2": .float16, "<f4": .float32, "<f8": .float64, "|b1": .bool, "|i1": .int8, "|u1": .uint8,
    "<i2": .int16, "<u2": .uint16, "<i4": .int32, "<u4": .uint32, "<i8": .int64, "<u8": .uint64,
    "<c8": .complex64,
  ]
}
