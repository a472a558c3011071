/// The simplified interface of libpng 1.6 (libpng-manual.txt, section VI).
@safe struct LibPNG: Sendable {
  static let name = "libpng"
  static let package = "libpng16-16"

  typealias BeginRead =
    @convention(c) @Sendable (
      UnsafeMutableRawPointer, UnsafeRawPointer?, Int
    ) -> Int32
  typealias FinishRead =
    @convention(c) @Sendable (
      UnsafeMutableRawPointer, UnsafeRawPointer?, UnsafeMutableRawPointer?, Int32,
      UnsafeMutableRawPointer?
    ) -> Int32
  typealias Write =
    @convention(c) @Sendable (
      UnsafeMutableRawPointer, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>, Int32,
      UnsafeRawPointer?, Int32, UnsafeRawPointer?
    ) -> Int32
  typealias Free = @convention(c) @Sendable (UnsafeMutableRawPointer) -> Void
  typealias Version = @convention(c) @Sendable () -> UInt32

  /// `png_image_begin_read_from_memory(image, memory, size)`
  let beginRead: BeginRead
  /// `png_image_finish_read(image, background, buffer, row_stride, colormap)`
  let finishRead: FinishRead
  /// `png_image_write_to_memory(image, memory, &size, convert_to_8_bit, buffer, stride, colormap)`
  let write: Write
  /// `png_image_free(image)`
  let free: Free
  let path: String?
  let version: String

  private static let found = LibPNG()

  /// The library, or an error that names its package.
  static func load(
    without hidden: Set<String> = SystemLibraries.hidden()
  ) throws(FormatError) -> LibPNG {
    guard !hidden.contains(name), let found else {
      throw SystemLibraries.missing(name, package)
    }
    return found
  }

  private init?() {
    guard let library = DynamicLibrary("libpng16.so.16"),
      let begin = unsafe library.function(
        "png_image_begin_read_from_memory", as: BeginRead.self),
      let finish = unsafe library.function("png_image_finish_read", as: FinishRead.self),
      let write = unsafe library.function("png_image_write_to_memory", as: Write.self),
      let free = unsafe library.function("png_image_free", as: Free.self),
      let number = library.function("png_access_version_number", as: Version.self)
    else { return nil }
    unsafe beginRead = begin
    unsafe finishRead = finish
    unsafe self.write = write
    unsafe self.free = free
    path = library.path(defining: "png_image_free")
    // 10639 is 1.6.39.
    let value = number()
    version = "\(value / 10_000).\(value / 100 % 100).\(value % 100)"
  }
}
