/// An exact fraction in lowest terms with a positive denominator.
package struct Rational: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let numerator: Int
  package let denominator: Int

  package static let zero = Rational(0)
  package static let one = Rational(1)

  package init(_ value: Int) {
    numerator = value
    denominator = 1
  }

  /// Throws `.divisor` for a zero denominator.
  package init(_ numerator: Int, over denominator: Int) throws(ExtentError) {
    guard denominator != 0 else { throw .divisor }
    let common = greatestCommonDivisor(numerator, denominator)
    let top = numerator.magnitude / common
    guard let bottom = Int(exactly: denominator.magnitude / common),
      let positive = Int(exactly: top)
    else { throw .overflow }
    self.numerator = (numerator < 0) == (denominator < 0) ? positive : -positive
    self.denominator = bottom
  }

  package func plus(_ other: Rational) throws(ExtentError) -> Rational {
    if denominator == other.denominator {
      return try Rational(numerator.plus(other.numerator), over: denominator)
    }
    let common = Int(greatestCommonDivisor(denominator, other.denominator))
    let left = try numerator.times(other.denominator / common)
    let right = try other.numerator.times(denominator / common)
    return try Rational(left.plus(right), over: denominator.times(other.denominator / common))
  }

  package func minus(_ other: Rational) throws(ExtentError) -> Rational {
    try plus(other.times(Rational(-1)))
  }

  package func times(_ other: Rational) throws(ExtentError) -> Rational {
    let left = try Rational(numerator, over: other.denominator)
    let right = try Rational(other.numerator, over: denominator)
    return try Rational(
      left.numerator.times(right.numerator), over: left.denominator.times(right.denominator))
  }

  /// Throws `.divisor` for zero.
  package func divided(by other: Rational) throws(ExtentError) -> Rational {
    try times(Rational(other.denominator, over: other.numerator))
  }

  /// The value where it is whole.
  package var integer: Int? { denominator == 1 ? numerator : nil }

  package static func < (left: Rational, right: Rational) -> Bool {
    let a = left.numerator.multipliedFullWidth(by: right.denominator)
    let b = right.numerator.multipliedFullWidth(by: left.denominator)
    return a.high == b.high ? a.low < b.low : a.high < b.high
  }

  package var description: String {
    denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)"
  }
}
