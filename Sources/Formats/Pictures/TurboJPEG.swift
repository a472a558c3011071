/// The TurboJPEG interface of libjpeg-turbo (turbojpeg.h, version 2 functions, kept by 3).
@safe struct TurboJPEG: Sendable {
  static let name = "turbojpeg"
  static let package = "libturbojpeg0"

  typealias Handle = UnsafeMutableRawPointer
  typealias Initialize = @convention(c) @Sendable () -> Handle?
  typealias Header =
    @convention(c) @Sendable (
      Handle, UnsafePointer<UInt8>?, UInt, UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>,
      UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>
    ) -> Int32
  typealias Decompress =
    @convention(c) @Sendable (
      Handle, UnsafePointer<UInt8>?, UInt, UnsafeMutablePointer<UInt8>?, Int32, Int32, Int32, Int32,
      Int32
    ) -> Int32
  typealias Message = @convention(c) @Sendable (Handle) -> UnsafePointer<CChar>?
  typealias Destroy = @convention(c) @Sendable (Handle) -> Int32

  /// `tjInitDecompress()`
  let initialize: Initialize
  /// `tjDecompressHeader3(handle, bytes, size, &width, &height, &subsampling, &colourspace)`
  let header: Header
  /// `tjDecompress2(handle, bytes, size, samples, width, pitch, height, format, flags)`
  let decompress: Decompress
  /// `tjGetErrorStr2(handle)`
  let message: Message
  /// `tjDestroy(handle)`
  let destroy: Destroy
  let path: String?

  /// The generation, by the functions there are: the interface has no call for its version.
  let version: String

  private static let found = TurboJPEG()

  /// The library, or an error that names its package.
  static func load(
    without hidden: Set<String> = SystemLibraries.hidden()
  ) throws(FormatError) -> TurboJPEG {
    guard !hidden.contains(name), let found else {
      throw SystemLibraries.missing(name, package)
    }
    return found
  }

  private init?() {
    guard let library = DynamicLibrary("libturbojpeg.so.0"),
      let initialize = unsafe library.function("tjInitDecompress", as: Initialize.self),
      let header = unsafe library.function("tjDecompressHeader3", as: Header.self),
      let decompress = unsafe library.function("tjDecompress2", as: Decompress.self),
      let message = unsafe library.function("tjGetErrorStr2", as: Message.self),
      let destroy = unsafe library.function("tjDestroy", as: Destroy.self)
    else { return nil }
    unsafe self.initialize = initialize
    unsafe self.header = header
    unsafe self.decompress = decompress
    unsafe self.message = message
    unsafe self.destroy = destroy
    path = library.path(defining: "tjDestroy")
    let isThird = unsafe library.function("tj3Init", as: Initialize.self) != nil
    version = isThird ? "3.x" : "2.x"
  }
}
