import Tensors

/// Along one axis, the positions of a transposed convolution's result that lie `stride` apart.
///
/// y[a + s·t] = sum over taps i with s | a + p − r·i of x[t + (a + p − r·i) / s] · w[i]: an ordinary
/// convolution of stride 1 over t, whose taps are those of the window in reverse.
struct TransposedPhase: Hashable, Sendable {
  /// a
  let first: Int
  /// Taps of the window in the order in which the convolution over t reads them, evenly spaced;
  /// there may be none.
  let taps: [Int]
  /// That convolution.
  let axis: WindowAxis

  /// From one tap to the next.
  var tapStep: Int { taps.count > 1 ? taps[1] - taps[0] : 0 }

  /// The phases of an axis; `window` writes `window.input` cells from `window.output` positions.
  static func all(_ window: WindowAxis) -> [TransposedPhase] {
    (0..<min(window.stride, window.input)).map { first in
      let taps = (0..<window.kernel).reversed().filter { tap in
        (first + window.before - tap * window.rate) % window.stride == 0
      }
      let reads = taps.map { (first + window.before - $0 * window.rate) / window.stride }
      return TransposedPhase(
        first: first, taps: taps,
        axis: WindowAxis(
          kernel: taps.count, stride: 1, rate: reads.count > 1 ? reads[1] - reads[0] : 1,
          before: -(reads.first ?? 0), after: 0, input: window.output,
          output: ceilDivide(window.input - first, window.stride)))
    }
  }
}
