/// Integer arithmetic that throws where it would trap.
extension Int {
  @inline(__always)
  func plus(_ other: Int) throws(ExtentError) -> Int {
    let (result, overflow) = addingReportingOverflow(other)
    if overflow { throw .overflow }
    return result
  }

  @inline(__always)
  func minus(_ other: Int) throws(ExtentError) -> Int {
    let (result, overflow) = subtractingReportingOverflow(other)
    if overflow { throw .overflow }
    return result
  }

  @inline(__always)
  func times(_ other: Int) throws(ExtentError) -> Int {
    let (result, overflow) = multipliedReportingOverflow(by: other)
    if overflow { throw .overflow }
    return result
  }

  /// The quotient rounded down; the divisor is at least one.
  @inline(__always)
  func floored(by divisor: Int) -> Int {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// The remainder in 0..<divisor; the divisor is at least one.
  func residue(by divisor: Int) -> Int {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}

/// The greatest common divisor; that of zero and zero is zero.
package func greatestCommonDivisor(_ a: Int, _ b: Int) -> UInt {
  var (a, b) = (a.magnitude, b.magnitude)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}

/// The least common multiple of two periods; throws `.cap` past `Extent.cap`.
package func leastCommonPeriod(_ a: Int, _ b: Int) throws(ExtentError) -> Int {
  if a == b { return a }
  let step = a / Int(greatestCommonDivisor(a, b))
  let (period, overflow) = step.multipliedReportingOverflow(by: b)
  guard !overflow else { throw .cap(period: nil) }
  guard period < Extent.cap else { throw .cap(period: period) }
  return period
}
