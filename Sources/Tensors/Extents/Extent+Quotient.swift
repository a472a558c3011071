extension Extent {
  /// floor(dividend / divisor), defined as zero wherever the divisor is below one.
  ///
  /// Eventually quasi-constant where the divisor grows: between k and k + 1 with k the floor of
  /// the slopes' ratio. Throws `.divisor` where a growing dividend meets a divisor that repeats
  /// several values for ever, whose quotient is not quasi-linear.
  package static func floorQuotient(
    _ dividend: Extent, _ divisor: Extent
  ) throws(ExtentError) -> Extent {
    try dividend.requireSameAxis(as: divisor)
    if let constant = divisor.constantValue {
      return constant < 1 ? .constant(0) : try dividend.floorDivided(by: constant)
    }
    if dividend.constantValue == 0 { return dividend }
    let tail = try quotientTail(dividend, divisor)
    let atom = try Atom(
      .quotient(dividend, divisor), slope: tail.slope, period: tail.period,
      threshold: tail.threshold)
    return try sum(atom)
  }

  private typealias Tail = (slope: Rational, period: Int, threshold: Int)

  private static func quotientTail(
    _ dividend: Extent, _ divisor: Extent
  ) throws(ExtentError) -> Tail {
    if divisor.slope < .zero {
      let last = try divisor.signs().lastPositive ?? 0
      return (.zero, 1, last + 1)
    }
    if divisor.slope == .zero { return try settledTail(dividend, divisor) }
    let ratio = try dividend.slope.divided(by: divisor.slope)
    let lower = ratio.numerator.floored(by: ratio.denominator)
    let start = try lastNegative(divisor.minus(1))
    let low = try dividend.minus(divisor.times(lower))
    if ratio.integer == nil {
      // from here on lower * divisor <= dividend < (lower + 1) * divisor
      let high = try divisor.minus(1).minus(low)
      return (.zero, 1, try max(start, lastNegative(low), lastNegative(high)) + 1)
    }
    // low repeats, and from here on -divisor <= low < divisor: the quotient follows its sign
    let above = try divisor.minus(1).minus(low)
    let below = try divisor.plus(low)
    let last = try max(start, lastNegative(above), lastNegative(below))
    return (.zero, low.period, max(low.threshold, last + 1))
  }

  /// The divisor repeats its values from its threshold on.
  private static func settledTail(
    _ dividend: Extent, _ divisor: Extent
  ) throws(ExtentError) -> Tail {
    let threshold = max(dividend.threshold, divisor.threshold)
    if dividend.slope == .zero {
      return (.zero, try leastCommonPeriod(dividend.period, divisor.period), threshold)
    }
    let values = try divisor.values(from: divisor.threshold, count: divisor.period)
    guard values.allSatisfy({ $0 == values[0] }) else { throw .divisor }
    if values[0] < 1 { return (.zero, 1, divisor.threshold) }
    let growth = values[0] / Int(greatestCommonDivisor(try dividend.increment(), values[0]))
    let (period, overflow) = dividend.period.multipliedReportingOverflow(by: growth)
    if overflow { throw .cap(period: nil) }
    return (try dividend.slope.divided(by: Rational(values[0])), period, threshold)
  }

  /// The last n at which a growing extent is negative, zero without any.
  private static func lastNegative(_ growing: Extent) throws(ExtentError) -> Int {
    guard let last = try growing.signs().lastNegative else {
      preconditionFailure("an extent of positive slope is negative without end")
    }
    return last
  }
}
