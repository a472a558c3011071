/// The bytes of a zip entry, inflated where need be, never more than it declares.
///
/// With the last byte the checksum is compared, and the deflated bytes must have ended too. A class
/// because it owns the state of zlib, and what is read of it is gone.
final class ZipEntryStream: ByteStream {
  private let entry: ZipArchive.Entry
  private let stored: FileStream
  private let inflater: Inflater?
  private let isChecked: Bool
  private var crc = CRC32()
  /// How much is still to come: of the entry's bytes, and of its deflated ones in the file.
  private var remaining: Int
  private var unread: Int
  /// Deflated bytes at hand, and how many of them are used.
  private var input: [UInt8] = []
  private var used = 0
  private var isDone = false

  /// Only where `isChecked` is the checksum compared.
  init(
    _ entry: ZipArchive.Entry, of file: OpenFile, isChecked: Bool = true
  ) throws(FormatError) {
    self.entry = entry
    self.isChecked = isChecked
    stored = FileStream(file, entry.range)
    inflater = entry.isDeflated ? try Inflater() : nil
    remaining = entry.size
    unread = entry.range.count
  }

  /// All bytes of an entry of at most `limit`.
  static func bytes(
    _ entry: ZipArchive.Entry, of file: OpenFile, limit: Int, isChecked: Bool = true
  ) throws(FormatError) -> [UInt8] {
    guard entry.size <= limit else {
      throw .limit("has \(entry.size) bytes, expected at most \(limit)", at: entry.place)
    }
    let stream = try ZipEntryStream(entry, of: file, isChecked: isChecked)
    return try stream.bytes(entry.size, of: entry.place)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) {
    guard buffer.count <= remaining else {
      throw .malformed(
        "\(buffer.count) bytes are wanted, \(remaining) are left", at: entry.place)
    }
    // Pieces that are still in the cache when the checksum reads them again.
    let piece = 1 << 18
    var done = 0
    while done < buffer.count {
      let end = min(done + piece, buffer.count)
      // `done..<end` is a valid, non-empty range of the buffer.
      let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done..<end])
      if let inflater {
        try unsafe inflate(inflater, into: part)
      } else {
        try unsafe stored.read(into: part)
      }
      if isChecked { unsafe crc.update(part.assumingMemoryBound(to: UInt8.self).span) }
      done = end
    }
    remaining -= buffer.count
    if remaining == 0 { try finish() }
  }

  private func inflate(
    _ inflater: Inflater, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FormatError) {
    var done = 0
    while done < buffer.count {
      // The rest of the buffer, which is not empty.
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let written = try unsafe step(inflater, into: rest)
      guard written > 0 || !isDone else {
        throw .malformed(
          "inflates to \(entry.size - remaining + done) bytes, its header says \(entry.size)",
          at: entry.place)
      }
      done += written
    }
  }

  /// One call of the inflater with fresh input where the old is used up; how much it wrote.
  private func step(
    _ inflater: Inflater, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FormatError) -> Int {
    if isDone { return 0 }
    if used == input.count, unread > 0 {
      let count = min(unread, 1 << 16)
      if input.count != count { input = [UInt8](repeating: 0, count: count) }
      try stored.read(into: &input)
      unread -= count
      used = 0
    }
    do throws(FormatError) {
      var failure: FormatError?
      var step = (read: 0, written: 0, isDone: false)
      // The input is the array's own storage for the time of the call.
      unsafe input.withUnsafeBytes { bytes in
        do throws(FormatError) {
          step = try unsafe inflater.inflate(
            UnsafeRawBufferPointer(rebasing: bytes[used...]), into: buffer)
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      used += step.read
      isDone = step.isDone
      guard step.read > 0 || step.written > 0 || isDone || unread > 0 else {
        throw .malformed("the deflated bytes break off")
      }
      return step.written
    } catch {
      throw FormatError(error.kind, error.message, at: entry.place)
    }
  }

  /// What must hold after the last byte.
  private func finish() throws(FormatError) {
    if let inflater {
      // Room for one byte too many; nothing may come to fill it.
      var spare: [UInt8] = [0]
      var extra = 0
      while !isDone, extra == 0 {
        var failure: FormatError?
        unsafe spare.withUnsafeMutableBytes { buffer in
          do throws(FormatError) {
            extra = try unsafe step(inflater, into: buffer)
          } catch {
            failure = error
          }
        }
        if let failure { throw failure }
      }
      guard extra == 0 else {
        throw .malformed(
          "inflates to more than the \(entry.size) bytes of its header", at: entry.place)
      }
      guard unread == 0, used == input.count else {
        throw .malformed("bytes follow the end of its deflated ones", at: entry.place)
      }
    }
    guard !isChecked || crc.value == entry.crc else {
      throw .malformed(
        "the checksum is \(hexadecimal(crc.value)), expected \(hexadecimal(entry.crc)): the file "
          + "is damaged", at: entry.place)
    }
  }

  private func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
