import Tensors

/// Taps of a window that read its map, on average along one axis of a map of n cells:
/// `taps − missing/n`, exactly, from n = `start` on.
///
/// 3 − 2r/n of a kernel of 3 at rate r.
package struct LiveTapsFormula: Hashable, Sendable {
  package let taps: Int
  package let missing: Int
  package let start: Int

  /// As in `(3-12/h)`; empty of one tap, which always reads.
  package func text(_ symbol: String) -> String {
    taps == 1 ? "" : "(\(taps)-\(missing)/\(symbol))"
  }
}

extension Window {
  /// The formula of a window that keeps the size of its map; nil of any other, and of kernels and
  /// rates past any that is used.
  package func liveTaps(_ axis: Axis) -> LiveTapsFormula? {
    let reach = effectiveKernel(axis) - 1
    guard !isTransposed, !ceilMode, stride[axis] == 1, kernel[axis] <= mostTaps, reach < 1 << 32
    else { return nil }
    var before = reach / 2
    if case .explicit(let insets) = padding {
      guard insets[axis].before + insets[axis].after == reach else { return nil }
      before = insets[axis].before
    }
    let shifts = (0..<kernel[axis]).map { abs($0 * rate[axis] - before) }
    return LiveTapsFormula(
      taps: kernel[axis], missing: shifts.reduce(0, +), start: shifts.max() ?? 1)
  }

  /// Both axes: `(3-12/h)(3-12/w)`.
  package var liveTapsText: String? {
    guard let rows = liveTaps(.height), let columns = liveTaps(.width) else { return nil }
    return "\(rows.text("h"))\(columns.text("w"))"
  }

  /// The smallest map on which it holds.
  package var liveTapsStart: Size2? {
    guard let rows = liveTaps(.height), let columns = liveTaps(.width) else { return nil }
    return Size2(rows.start, columns.start)
  }
}

/// Taps along an axis that are added up one by one.
private let mostTaps = 4_096

/// Mean live taps of a kernel at a rate, with padding that keeps the size of a map: what a layer
/// would have at another rate; 0 of kernels past any that is used.
package func meanLiveTaps(kernel: Int, rate: Int, size: Int) -> Double {
  guard kernel <= mostTaps else { return 0 }
  var pairs = 0
  for tap in 0..<kernel {
    // Twice the distance from the middle, so that an even kernel has one too.
    let (reach, overflow) = rate.multipliedReportingOverflow(by: abs(2 * tap - (kernel - 1)))
    if overflow { continue }
    pairs += max(0, size - reach / 2)
  }
  return Double(pairs) / Double(size)
}

extension Double {
  /// Rounded to two digits: `8.25`.
  package var hundredths: String {
    guard abs(self) < 1e15 else { return "\(self)" }
    let scaled = Int((self * 100).rounded())
    let rest = scaled % 100
    return "\(scaled / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
