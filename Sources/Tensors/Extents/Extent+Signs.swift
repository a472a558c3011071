extension Extent {
  /// Where an extent is negative and where it is positive, over all n >= 1.
  struct Signs {
    /// The last n with a value of this sign: zero without any, nil without end.
    var lastNegative: Int?
    var lastPositive: Int?
  }

  /// Decided by one period from the threshold on and by the finite range below it.
  func signs() throws(ExtentError) -> Signs {
    let (period, threshold, rise) = (period, threshold, try increment())
    var signs = Signs(lastNegative: 0, lastPositive: 0)
    var overflow = false
    try scan(through: threshold + period - 1) { first, values in
      for (offset, value) in values.enumerated() where value != 0 {
        let n = first + offset
        let last = n < threshold ? n : Extent.lastOfSign(value, at: n, rise, period, &overflow)
        if value < 0 {
          signs.lastNegative = Extent.later(signs.lastNegative, last)
        } else {
          signs.lastPositive = Extent.later(signs.lastPositive, last)
        }
      }
      return !overflow
    }
    // values at n >= threshold of either sign come without end where the slope has that sign
    if rise > 0 { signs.lastPositive = nil }
    if rise < 0 { signs.lastNegative = nil }
    if overflow { throw .cap(period: nil) }
    return signs
  }

  private static func later(_ left: Int?, _ right: Int?) -> Int? {
    guard let left, let right else { return nil }
    return max(left, right)
  }

  /// The last of n, n + period, … whose value has the sign of the value at n, nil without end.
  private static func lastOfSign(
    _ value: Int, at n: Int, _ rise: Int, _ period: Int, _ overflow: inout Bool
  ) -> Int? {
    guard rise != 0, (rise < 0) != (value < 0) else { return nil }
    let periods = (value.magnitude - 1) / rise.magnitude
    let (distance, far) = periods.multipliedReportingOverflow(by: UInt(period))
    guard !far, distance < 1 << 62 else {
      overflow = true
      return nil
    }
    return n + Int(distance)
  }

  /// Whether the two agree at every n >= 1.
  package func isEqual(to other: Extent) throws(ExtentError) -> Bool {
    if self == other { return true }
    try requireSameAxis(as: other)
    guard slope == other.slope else { return false }
    let difference = try minus(other)
    if let constant = difference.constantValue { return constant == 0 }
    var isZero = true
    try difference.scan(through: difference.threshold + difference.period - 1) { _, values in
      isZero = values.allSatisfy { $0 == 0 }
      return isZero
    }
    return isZero
  }
}
