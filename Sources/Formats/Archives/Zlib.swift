/// The inflating half of zlib (zlib.h, 1.2 and later).
@safe struct Zlib: Sendable {
  static let name = "zlib"
  static let package = "zlib1g"

  /// `z_stream` of zlib.h on a 64-bit machine.
  @safe struct Stream {
    var nextIn: UnsafePointer<UInt8>?
    var availableIn: UInt32 = 0
    var totalIn: UInt = 0
    var nextOut: UnsafeMutablePointer<UInt8>?
    var availableOut: UInt32 = 0
    var totalOut: UInt = 0
    var message: UnsafePointer<CChar>?
    var state: UnsafeMutableRawPointer?
    var allocate: UnsafeMutableRawPointer?
    var free: UnsafeMutableRawPointer?
    var opaque: UnsafeMutableRawPointer?
    var dataType: Int32 = 0
    var adler: UInt = 0
    var reserved: UInt = 0
  }

  typealias Initialize =
    @convention(c) @Sendable (UnsafeMutableRawPointer, Int32, UnsafePointer<CChar>, Int32) -> Int32
  typealias Inflate = @convention(c) @Sendable (UnsafeMutableRawPointer, Int32) -> Int32
  typealias End = @convention(c) @Sendable (UnsafeMutableRawPointer) -> Int32
  typealias Version = @convention(c) @Sendable () -> UnsafePointer<CChar>

  /// `inflateInit2_(stream, windowBits, version, sizeof stream)`
  let initialize: Initialize
  /// `inflate(stream, flush)`
  let inflate: Inflate
  /// `inflateEnd(stream)`
  let end: End
  let path: String?
  let version: String

  private static let found = Zlib()

  /// The library, or an error that names its package.
  static func load(
    without hidden: Set<String> = SystemLibraries.hidden()
  ) throws(FormatError) -> Zlib {
    guard !hidden.contains(name), let found else {
      throw SystemLibraries.missing(name, package)
    }
    return found
  }

  private init?() {
    guard let library = DynamicLibrary("libz.so.1"),
      let initialize = unsafe library.function("inflateInit2_", as: Initialize.self),
      let inflate = unsafe library.function("inflate", as: Inflate.self),
      let end = unsafe library.function("inflateEnd", as: End.self),
      let version = unsafe library.function("zlibVersion", as: Version.self)
    else { return nil }
    unsafe self.initialize = initialize
    unsafe self.inflate = inflate
    unsafe self.end = end
    path = library.path(defining: "inflateEnd")
    // A terminated string of the library, which is never unloaded.
    self.version = unsafe String(cString: version())
  }
}
