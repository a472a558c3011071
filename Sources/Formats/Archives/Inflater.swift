/// A raw deflate stream (RFC 1951) on its way through zlib.
@safe final class Inflater {
  private let zlib: Zlib
  /// At one address for its life, as zlib wants it.
  private let stream: UnsafeMutablePointer<Zlib.Stream>

  init() throws(FormatError) {
    zlib = try Zlib.load()
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: Zlib.Stream())
    let size = Int32(MemoryLayout<Zlib.Stream>.size)
    // The zeroed fields choose zlib's own allocator; negative bits mean that no header comes.
    let code = unsafe zlib.version.withCString { version in
      unsafe zlib.initialize(stream, -15, version, size)
    }
    guard code == 0 else {
      unsafe stream.deallocate()
      throw .limit("zlib cannot begin: code \(code)")
    }
  }

  deinit {
    // Initialised above, and released only here.
    _ = unsafe zlib.end(stream)
    unsafe stream.deallocate()
  }

  /// Inflates as much as input and output allow; how far it came in each.
  func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(FormatError) -> (read: Int, written: Int, isDone: Bool) {
    let most = 1 << 30
    let (readable, writable) = (min(input.count, most), min(output.count, most))
    // zlib reads and writes inside the two lengths, each at most that of its buffer.
    unsafe stream.pointee.nextIn = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.pointee.availableIn = UInt32(readable)
    unsafe stream.pointee.nextOut = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.pointee.availableOut = UInt32(writable)
    let code = unsafe zlib.inflate(stream, 0)
    let read = readable - Int(unsafe stream.pointee.availableIn)
    let written = writable - Int(unsafe stream.pointee.availableOut)
    switch code {
    // Z_OK, and Z_BUF_ERROR: nothing could be done with so little.
    case 0, -5: return (read, written, false)
    case 1: return (read, written, true)
    case -4: throw .limit("zlib has no memory to inflate with")
    default: throw .malformed("the deflated bytes are damaged")
    }
  }
}
