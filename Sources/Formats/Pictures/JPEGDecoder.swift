/// One TurboJPEG decompressor and the rules for its answers.
@safe struct JPEGDecoder: ~Copyable {
  /// `TJCS`, how a file stores its colours.
  enum ColourSpace: Int32 {
    case rgb = 0
    case ycbcr = 1
    case gray = 2
    case cmyk = 3
    case ycck = 4
  }

  struct Header {
    let width: Int
    let height: Int
    let colours: ColourSpace
  }

  private enum Flag {
    /// The accurate integer transform, the one Pillow uses.
    static let accurate: Int32 = 4096
    static let stopOnWarning: Int32 = 8192
    /// At most 500 scans.
    static let limitScans: Int32 = 32768
  }

  private let library: TurboJPEG
  private let handle: UnsafeMutableRawPointer

  /// Nil where there is no memory for a decompressor.
  init?(_ library: TurboJPEG) {
    // A handle stays valid until it is destroyed.
    guard let handle = unsafe library.initialize() else { return nil }
    unsafe self.init(library, handle)
  }

  private init(_ library: TurboJPEG, _ handle: UnsafeMutableRawPointer) {
    self.library = library
    unsafe self.handle = handle
  }

  deinit {
    // Made by `initialize`, destroyed once.
    _ = unsafe library.destroy(handle)
  }

  /// The size, checked against the limits before anything is decoded.
  func header(_ bytes: [UInt8]) throws(FormatError) -> Header {
    var (width, height, subsampling, colours) = (Int32(0), Int32(0), Int32(0), Int32(0))
    // The call reads `count` bytes and writes four integers.
    let result = unsafe bytes.withUnsafeBufferPointer { file in
      unsafe library.header(
        handle, file.baseAddress, UInt(file.count), &width, &height, &subsampling, &colours)
    }
    guard result == 0 else { throw .malformed("turbojpeg: \(message)") }
    guard let space = ColourSpace(rawValue: colours) else {
      throw .unsupported("the colours of the picture are stored in an unknown way")
    }
    return Header(width: Int(width), height: Int(height), colours: space)
  }

  /// All samples of a picture of the header's size, in TurboJPEG's pixel format `format`.
  func samples(
    _ bytes: [UInt8], _ header: Header, format: Int32, channels: Int
  ) throws(FormatError) -> [UInt8] {
    let count = try Picture.sampleCount(
      width: header.width, height: header.height, channels: channels)
    try System.reserve(count, for: "the picture")
    var samples = [UInt8](repeating: 0, count: count)
    let flags = Flag.accurate | Flag.limitScans
    if decode(bytes, header, into: &samples, format, channels, flags | Flag.stopOnWarning) {
      return samples
    }
    // Cameras leave stray bytes between segments, which harm nothing; any other warning means
    // that part of the picture is made up.
    guard isHarmless else { throw .malformed("turbojpeg: \(message)") }
    guard decode(bytes, header, into: &samples, format, channels, flags) || isHarmless else {
      throw .malformed("turbojpeg: \(message)")
    }
    return samples
  }

  private func decode(
    _ bytes: [UInt8], _ header: Header, into samples: inout [UInt8], _ format: Int32,
    _ channels: Int, _ flags: Int32
  ) -> Bool {
    // The call writes `height` rows of `pitch` bytes, which is what `samples` holds, and scales
    // down, never up, should the file now claim another size.
    unsafe bytes.withUnsafeBufferPointer { file in
      unsafe samples.withUnsafeMutableBufferPointer { target in
        unsafe library.decompress(
          handle, file.baseAddress, UInt(file.count), target.baseAddress, Int32(header.width),
          Int32(header.width * channels), Int32(header.height), format, flags) == 0
      }
    }
  }

  private var isHarmless: Bool { message.contains("extraneous bytes before marker") }

  private var message: String {
    // A terminated string inside the handle, copied at once.
    guard let text = unsafe library.message(handle) else { return "unknown failure" }
    return unsafe String(cString: text).lowercased()
  }
}
