/// Maps in blocks of channels, `[row][column][lane]` a block, and the way there and back.
///
/// Pointers are the caller's, who has compared the sizes named at each function.
enum BlockedMap {
  /// Packs up to `lanes` channels of a map into one block.
  ///
  /// `source` has `channels` planes of `height` x `width`; `destination` `height` x `packedWidth`
  /// x `lanes`. Column j of the block is column j − `before` of the map, zero outside it; so are
  /// the lanes without a channel.
  @unsafe static func pack(
    _ source: UnsafePointer<Float>, channels: Int, height: Int, width: Int, before: Int,
    into destination: UnsafeMutablePointer<Float>, packedWidth: Int, lanes: Int
  ) {
    let first = min(max(before, 0), packedWidth)
    let end = max(first, min(before + width, packedWidth))
    if first > 0 || end < packedWidth || channels < lanes {
      // The whole block lies inside the destination.
      unsafe destination.update(repeating: 0, count: height * packedWidth * lanes)
    }
    guard first < end else { return }
    for row in 0..<height {
      // Rows and columns stay below those of the map and of the block.
      let from = unsafe source + row * width + (first - before)
      let to = unsafe destination + (row * packedWidth + first) * lanes
      unsafe transpose(
        from, rows: channels, columns: end - first, step: height * width, into: to, step: lanes)
    }
  }

  /// Unpacks up to `lanes` channels of one block of `cells` cells into planes.
  @unsafe static func unpack(
    _ source: UnsafePointer<Float>, lanes: Int, cells: Int,
    into destination: UnsafeMutablePointer<Float>, channels: Int
  ) {
    unsafe transpose(
      source, rows: cells, columns: channels, step: lanes, into: destination, step: cells)
  }

  /// `destination[j][i] = source[i][j]`: `rows` runs of `columns` floats that begin `step` apart, into
  /// `columns` runs of `rows` floats that begin `out` apart.
  @unsafe private static func transpose(
    _ source: UnsafePointer<Float>, rows: Int, columns: Int, step: Int,
    into destination: UnsafeMutablePointer<Float>, step out: Int
  ) {
    let (wholeRows, wholeColumns) = (rows & ~3, columns & ~3)
    for row in stride(from: 0, to: wholeRows, by: 4) {
      for column in stride(from: 0, to: wholeColumns, by: 4) {
        // Four rows and four columns from here on exist on both sides.
        unsafe transposeFour(
          source + row * step + column, step: step, into: destination + column * out + row,
          step: out)
      }
    }
    // What is left: a strip of columns, then one of rows.
    for row in 0..<rows {
      for column in (row < wholeRows ? wholeColumns : 0)..<columns {
        unsafe destination[column * out + row] = source[row * step + column]
      }
    }
  }

  /// Four rows of four.
  @unsafe @inline(__always) private static func transposeFour(
    _ source: UnsafePointer<Float>, step: Int, into destination: UnsafeMutablePointer<Float>,
    step out: Int
  ) {
    typealias Row = SIMD4<Float>
    let raw = unsafe UnsafeRawPointer(source)
    let bytes = step * MemoryLayout<Float>.stride
    let a = unsafe raw.loadUnaligned(as: Row.self)
    let b = unsafe raw.loadUnaligned(fromByteOffset: bytes, as: Row.self)
    let c = unsafe raw.loadUnaligned(fromByteOffset: 2 * bytes, as: Row.self)
    let d = unsafe raw.loadUnaligned(fromByteOffset: 3 * bytes, as: Row.self)
    let target = UnsafeMutableRawPointer(destination)
    let outBytes = out * MemoryLayout<Float>.stride
    for row in 0..<4 {
      unsafe target.storeBytes(
        of: Row(a[row], b[row], c[row], d[row]), toByteOffset: row * outBytes, as: Row.self)
    }
  }
}
