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
      unsafe interleave(
        from, plane: height * width, channels: channels, into: to, lanes, end - first)
    }
  }

  /// Unpacks up to `lanes` channels of one block of `cells` cells into planes.
  @unsafe static func unpack(
    _ source: UnsafePointer<Float>, lanes: Int, cells: Int,
    into destination: UnsafeMutablePointer<Float>, channels: Int
  ) {
    var lane = 0
    while lane + 4 <= channels {
      var cell = 0
      while cell + 4 <= cells {
        // Four cells from `cell` on and four lanes from `lane` on exist on both sides.
        let from = unsafe source + cell * lanes + lane
        let to = unsafe destination + lane * cells + cell
        unsafe transpose(from, step: lanes, into: to, step: cells)
        cell += 4
      }
      while cell < cells {
        for offset in lane..<lane + 4 {
          unsafe destination[offset * cells + cell] = source[cell * lanes + offset]
        }
        cell += 1
      }
      lane += 4
    }
    while lane < channels {
      for cell in 0..<cells {
        unsafe destination[lane * cells + cell] = source[cell * lanes + lane]
      }
      lane += 1
    }
  }

  /// Puts up to `lanes` channels of one block of `rows` x `columns` cells on a grid of planes that
  /// are `plane` floats apart, each of which holds the whole grid.
  @unsafe static func scatter(
    _ source: UnsafePointer<Float>, lanes: Int, rows: Int, columns: Int,
    into destination: UnsafeMutablePointer<Float>, channels: Int, plane: Int, _ grid: PhaseGrid
  ) {
    for channel in 0..<channels {
      for row in 0..<rows {
        let from = unsafe source + row * columns * lanes + channel
        let to = unsafe destination + channel * plane + grid.first + row * grid.rowStep
        for column in 0..<columns {
          unsafe to[column * grid.columnStep] = from[column * lanes]
        }
      }
    }
  }

  /// `count` columns of `channels` planes, `plane` apart, side by side in lanes.
  @unsafe private static func interleave(
    _ source: UnsafePointer<Float>, plane: Int, channels: Int,
    into destination: UnsafeMutablePointer<Float>, _ lanes: Int, _ count: Int
  ) {
    var channel = 0
    while channel + 4 <= channels {
      var column = 0
      while column + 4 <= count {
        // Four channels and four columns exist on both sides.
        let from = unsafe source + channel * plane + column
        let to = unsafe destination + column * lanes + channel
        unsafe transpose(from, step: plane, into: to, step: lanes)
        column += 4
      }
      while column < count {
        for offset in channel..<channel + 4 {
          unsafe destination[column * lanes + offset] = source[offset * plane + column]
        }
        column += 1
      }
      channel += 4
    }
    while channel < channels {
      for column in 0..<count {
        unsafe destination[column * lanes + channel] = source[channel * plane + column]
      }
      channel += 1
    }
  }

  /// A 4 x 4 matrix, rows `step` apart on each side.
  @unsafe @inline(__always) private static func transpose(
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
