/// Bytes that are read in order, once.
protocol ByteStream: AnyObject {
  /// Fills the buffer with the bytes that come next; fewer than it takes is an error.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(FormatError)
}

extension ByteStream {
  /// The next `count` bytes; `what` names them where the memory for them cannot be had.
  func bytes(_ count: Int, of what: String) throws(FormatError) -> [UInt8] {
    try System.reserve(count, for: what)
    var bytes = [UInt8](repeating: 0, count: count)
    try read(into: &bytes)
    return bytes
  }

  /// Fills the array, whose length stays.
  func read(into bytes: inout [UInt8]) throws(FormatError) {
    var failure: FormatError?
    // The buffer is the array's own storage for the time of the call.
    unsafe bytes.withUnsafeMutableBytes { buffer in
      do throws(FormatError) {
        try unsafe read(into: buffer)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}

/// A range of a file as it lies there; a class, as all streams, so that it is read once.
final class FileStream: ByteStream {
  private let file: OpenFile
  private var position: Int
  private let end: Int

  /// `range` lies inside the file.
  init(_ file: OpenFile, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= file.size, "inside the file")
    self.file = file
    position = range.lowerBound
    end = range.upperBound
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) {
    guard buffer.count <= end - position else {
      throw .malformed("\(buffer.count) bytes are wanted, \(end - position) are left")
    }
    try unsafe file.read(at: position, into: buffer)
    position += buffer.count
  }
}
