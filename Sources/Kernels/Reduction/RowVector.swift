/// Sixteen neighbours in a row of floats.
typealias RowVector = SIMD16<Float>

extension RowVector {
  /// The first `count` floats of an address that holds as many; zeros after them.
  @unsafe @inline(__always) init(at place: UnsafePointer<Float>, count: Int) {
    if count >= Self.scalarCount {
      self = unsafe Self(at: place)
    } else {
      self = Self(repeating: 0)
      for lane in 0..<count { self[lane] = unsafe place[lane] }
    }
  }

  /// Writes the first `count` floats.
  @unsafe @inline(__always) func store(to place: UnsafeMutablePointer<Float>, count: Int) {
    if count >= Self.scalarCount {
      unsafe store(to: place)
    } else {
      for lane in 0..<count { unsafe place[lane] = self[lane] }
    }
  }

  /// Calls `body` with the first of every sixteen of `count` floats, and how many there are.
  @inline(__always) static func each(_ count: Int, _ body: (Int, Int) -> Void) {
    for x in stride(from: 0, to: count, by: scalarCount) {
      body(x, Swift.min(scalarCount, count - x))
    }
  }
}
