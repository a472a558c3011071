/// Taps of a window that keeps the size of its map which read the map, on average along an axis.
///
/// The sum over taps t of max(0, n − |t|·r) / n (architectures.md, 1.1): 3 − 2r/n of three.
package func meanLiveTaps(kernel: Int, rate: Int, size: Int) -> Double {
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
    let scaled = Int((self * 100).rounded())
    let rest = scaled % 100
    return "\(scaled / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
