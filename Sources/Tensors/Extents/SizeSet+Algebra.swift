extension SizeSet {
  package func intersection(_ other: SizeSet) throws(ExtentError) -> SizeSet {
    try combined(other) { $0 & $1 }
  }

  package func union(_ other: SizeSet) throws(ExtentError) -> SizeSet {
    try combined(other) { $0 | $1 }
  }

  package var complement: SizeSet {
    SizeSet(bits.combined(bits) { word, _ in ~word }, threshold: threshold, period: period)
  }

  /// Exact without a common period: tails meet in n exactly where their residues agree modulo
  /// the greatest common divisor of the periods.
  package func isSubset(of other: SizeSet) -> Bool {
    let start = max(threshold, other.threshold)
    for n in 1..<start where contains(n) && !other.contains(n) { return false }
    let common = Int(greatestCommonDivisor(period, other.period))
    var members = BitArray(repeating: false, count: common)
    for n in start..<start + period where contains(n) { members[n % common] = true }
    for n in start..<start + other.period where members[n % common] && !other.contains(n) {
      return false
    }
    return true
  }

  private func combined(
    _ other: SizeSet, _ body: (UInt64, UInt64) -> UInt64
  ) throws(ExtentError) -> SizeSet {
    let period = try leastCommonPeriod(period, other.period)
    let threshold = max(threshold, other.threshold)
    try Extent.requireBelowCap(period: period, threshold: threshold)
    let count = threshold + period - 1
    let bits = unrolled(to: count).combined(other.unrolled(to: count), body)
    return SizeSet(bits, threshold: threshold, period: period)
  }

  /// Membership of 1...count, the repeating part copied in doubling steps.
  private func unrolled(to count: Int) -> BitArray {
    var bits = bits
    var repeated = period
    while bits.count < count {
      bits.appendCopy(from: threshold - 1, count: min(repeated, count - bits.count))
      repeated *= 2
    }
    return bits
  }
}
