/// A `png_image` of png.h, laid out by hand:
///
///     offset 0   png_controlp opaque         null until libpng uses it
///            8   uint32 version              PNG_IMAGE_VERSION, 1
///           12   uint32 width
///           16   uint32 height
///           20   uint32 format
///           24   uint32 flags
///           28   uint32 colormap_entries
///           32   uint32 warning_or_error     1 warned, 2 failed
///           36   char message[64]
///          100   padding to the alignment of the pointer
@safe struct PNGImage: ~Copyable {
  /// Format bits: alpha 1, colour 2, linear 16-bit 4, colour map 8.
  struct Format: OptionSet {
    let rawValue: UInt32
    static let alpha = Format(rawValue: 1)
    static let colour = Format(rawValue: 2)
    static let linear = Format(rawValue: 4)
    static let map = Format(rawValue: 8)
  }

  private enum Offset {
    static let version = 8
    static let width = 12
    static let height = 16
    static let format = 20
    static let flags = 24
    static let entries = 28
    static let message = 36
    static let size = 104
  }

  /// `PNG_IMAGE_FLAG_16BIT_sRGB`: 16-bit samples are not linear light.
  private static let samplesAreEncoded: UInt32 = 4
  private let library: LibPNG
  private let base: UnsafeMutableRawPointer

  init(_ library: LibPNG) {
    self.library = library
    unsafe base = .allocate(byteCount: Offset.size, alignment: 8)
    // The allocation has `size` bytes, and zero is the state png.h asks for.
    unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: Offset.size)
    set(Offset.version, 1)
  }

  deinit {
    // libpng frees what it hung on `opaque`; the struct itself is ours.
    unsafe library.free(base)
    unsafe base.deallocate()
  }

  var width: Int { Int(get(Offset.width)) }
  var height: Int { Int(get(Offset.height)) }

  /// Decodes a whole PNG as `Sample`s of `format`; `count` values, which the header's size must
  /// give, and the entries of a colour map.
  mutating func read<Sample: FixedWidthInteger>(
    _ bytes: [UInt8], format: Format, width: Int, height: Int, count: Int, as: Sample.Type
  ) throws(FormatError) -> [Sample] {
    precondition(format.contains(.linear) == (Sample.bitWidth == 16), "linear samples have 16 bits")
    try System.reserve(count * MemoryLayout<Sample>.size, for: "the picture")
    var samples = [Sample](repeating: 0, count: count)
    var map = [UInt8](repeating: 0, count: 256 * 4)
    // The file's bytes stay in place from begin to finish, the last call that reads them.
    let succeeded = unsafe bytes.withUnsafeBytes { file in
      guard unsafe library.beginRead(base, file.baseAddress, file.count) != 0,
        self.width == width, self.height == height
      else { return false }
      set(Offset.format, format.rawValue)
      if !format.contains(.linear) { set(Offset.flags, Self.samplesAreEncoded) }
      // A stride of 0 is the width times the samples of a pixel: `count` samples in all.
      return unsafe samples.withUnsafeMutableBytes { buffer in
        unsafe map.withUnsafeMutableBytes { entries in
          unsafe library.finishRead(base, nil, buffer.baseAddress, 0, entries.baseAddress) != 0
        }
      }
    }
    guard succeeded else { throw .malformed("libpng: \(message)") }
    return samples
  }

  /// Encodes samples of `format` as a PNG, with three bytes for each entry of a colour map.
  mutating func write(
    _ samples: [UInt8], format: Format, width: Int, height: Int, map: [UInt8]
  ) throws(FormatError) -> [UInt8] {
    set(Offset.width, UInt32(width))
    set(Offset.height, UInt32(height))
    set(Offset.format, format.rawValue)
    set(Offset.entries, UInt32(map.count / 3))
    // Deflate stores what it cannot shrink: an eighth more and the chunks' frames are enough.
    var size = samples.count + height + samples.count / 4 + 8192
    try System.reserve(size, for: "the picture")
    var result = [UInt8](repeating: 0, count: size)
    // libpng writes at most the `size` bytes that it is told of and sets `size` to what it needs.
    let succeeded = unsafe samples.withUnsafeBytes { source in
      unsafe map.withUnsafeBytes { entries in
        unsafe result.withUnsafeMutableBytes { target in
          unsafe library.write(
            base, target.baseAddress, &size, 0, source.baseAddress, 0, entries.baseAddress) != 0
        }
      }
    }
    guard succeeded, size <= result.count else {
      throw FormatError(.unwritable, "libpng: \(message)")
    }
    result.removeLast(result.count - size)
    return result
  }

  /// What libpng complained of.
  private var message: String {
    // The 64 bytes lie inside the allocation.
    let text = unsafe UnsafeRawBufferPointer(start: base + Offset.message, count: 64)
    let message = unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    return message.isEmpty ? "the picture cannot be decoded" : message.lowercased()
  }

  private func get(_ offset: Int) -> UInt32 {
    // Every offset is a field of four bytes, aligned for them.
    unsafe base.load(fromByteOffset: offset, as: UInt32.self)
  }

  private func set(_ offset: Int, _ value: UInt32) {
    unsafe base.storeBytes(of: value, toByteOffset: offset, as: UInt32.self)
  }
}
