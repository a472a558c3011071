import Glibc

extension System {
  /// Writes all bytes; the `errno` of the first failure, nil where there was none.
  static func write(_ bytes: RawSpan, to descriptor: Int32) -> Int32? {
    unsafe bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        // `done` is below the count, so the rest of the span is a valid, non-empty slice.
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
        let put = retrying { unsafe Glibc.write(descriptor, rest.baseAddress, rest.count) }
        guard put > 0 else { return put == 0 ? EIO : errno }
        done += put
      }
      return nil
    }
  }
}
