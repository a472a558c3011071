/// Cells of a block turned into rows of planes and back, a tile at a time, so that every
/// line of the cache is read and written once even where planes lie a power of two apart.
enum PlaneTile {
  /// Cells of a tile: some lines of every plane, and blocks that stay in the first cache.
  static let cells = 256

  /// Lanes 0 ..< channels of `count` cells, `lanes` floats apart, into runs that begin `plane`
  /// floats apart.
  @unsafe @inline(__always) static func unpack(
    _ source: UnsafePointer<Float>, lanes: Int, count: Int,
    into target: UnsafeMutablePointer<Float>, plane: Int, channels: Int
  ) {
    // Every cell and channel named exists on both sides.
    each(count, channels) { cell, channel in
      unsafe transposeFour(
        source + cell * lanes + channel, step: lanes, into: target + channel * plane + cell,
        step: plane)
    } one: { cell, channel in
      unsafe target[channel * plane + cell] = source[cell * lanes + channel]
    }
  }

  /// Runs that begin `plane` floats apart into lanes 0 ..< channels of `count` cells; the other
  /// lanes become zero.
  @unsafe @inline(__always) static func pack(
    _ source: UnsafePointer<Float>, plane: Int, count: Int,
    into target: UnsafeMutablePointer<Float>, lanes: Int, channels: Int
  ) {
    if channels < lanes { unsafe target.update(repeating: 0, count: count * lanes) }
    // Every cell and channel named exists on both sides.
    each(count, channels) { cell, channel in
      unsafe transposeFour(
        source + channel * plane + cell, step: plane, into: target + cell * lanes + channel,
        step: lanes)
    } one: { cell, channel in
      unsafe target[cell * lanes + channel] = source[channel * plane + cell]
    }
  }

  /// Hands out cells and channels in fours while there are four of each, a tile at a time, and the
  /// rest one by one.
  @inline(__always) private static func each(
    _ count: Int, _ channels: Int, four: (Int, Int) -> Void, one: (Int, Int) -> Void
  ) {
    var cell = 0
    while cell + 4 <= count {
      let end = min(cell + cells, count & ~3)
      var channel = 0
      while channel + 4 <= channels {
        for first in stride(from: cell, to: end, by: 4) { four(first, channel) }
        channel += 4
      }
      while channel < channels {
        for at in cell..<end { one(at, channel) }
        channel += 1
      }
      cell = end
    }
    while cell < count {
      for channel in 0..<channels { one(cell, channel) }
      cell += 1
    }
  }

  /// `target[j][i] = source[i][j]` of four runs of four.
  @unsafe @inline(__always) static func transposeFour(
    _ source: UnsafePointer<Float>, step: Int, into target: UnsafeMutablePointer<Float>,
    step out: Int
  ) {
    typealias Row = SIMD4<Float>
    // Both sides hold four runs of four floats.
    let a = unsafe Row(at: source)
    let b = unsafe Row(at: source + step)
    let c = unsafe Row(at: source + 2 * step)
    let d = unsafe Row(at: source + 3 * step)
    unsafe Row(a.x, b.x, c.x, d.x).store(to: target)
    unsafe Row(a.y, b.y, c.y, d.y).store(to: target + out)
    unsafe Row(a.z, b.z, c.z, d.z).store(to: target + 2 * out)
    unsafe Row(a.w, b.w, c.w, d.w).store(to: target + 3 * out)
  }
}
