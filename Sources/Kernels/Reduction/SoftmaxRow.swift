/// exp(x − largest) over its sum across channels, at up to sixteen positions side by side.
enum SoftmaxRow {
  /// Source and target hold the positions in planes, so many floats apart; they may be one.
  @unsafe @inline(__always) static func run(
    _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, count: Int,
    channels: Int, plane: Int
  ) {
    // Each channel has `count` positions from its first on.
    var largest = RowVector.least
    for c in 0..<channels {
      largest = largest.larger(unsafe RowVector(at: source + c * plane, count: count))
    }
    var sum = RowVector(repeating: 0)
    for c in 0..<channels {
      let power = unsafe (RowVector(at: source + c * plane, count: count) - largest).exponential()
      unsafe power.store(to: target + c * plane, count: count)
      sum = sum + power
    }
    for c in 0..<channels {
      let power = unsafe RowVector(at: target + c * plane, count: count)
      unsafe (power / sum).store(to: target + c * plane, count: count)
    }
  }
}
