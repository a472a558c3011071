import Tensors

/// A position or length in image pixels as an exact function of the image's size: extent / divisor.
package struct Measure: Hashable, Sendable {
  let extent: Extent
  let divisor: Int

  static let zero = Measure(Rational.zero)

  init(_ value: Rational) {
    extent = .constant(value.numerator)
    divisor = value.denominator
  }

  private init(_ extent: Extent, over divisor: Int) {
    self.extent = extent
    self.divisor = divisor
  }

  func plus(_ other: Measure) throws(ExtentError) -> Measure {
    if divisor == other.divisor {
      return try Measure(extent.plus(other.extent), over: divisor)
    }
    let ratio = try Rational(divisor, over: other.divisor)
    let left = try extent.times(ratio.denominator)
    let right = try other.extent.times(ratio.numerator)
    return Measure(try left.plus(right), over: try product(divisor, ratio.denominator))
  }

  func plus(_ value: Rational) throws(ExtentError) -> Measure {
    value == .zero ? self : try plus(Measure(value))
  }

  /// self + extent · factor.
  func plus(_ extent: Extent, times factor: Rational) throws(ExtentError) -> Measure {
    try plus(Measure(extent.times(factor.numerator), over: factor.denominator))
  }

  func value(at size: Int) throws(ExtentError) -> Rational {
    try Rational(extent.value(at: size), over: divisor)
  }

  /// The sizes at which two measures agree.
  func equals(_ other: Measure) throws(ExtentError) -> SizeSet {
    let ratio = try Rational(divisor, over: other.divisor)
    return try .whereEqual(
      extent.times(ratio.denominator), other.extent.times(ratio.numerator))
  }

  private func product(_ a: Int, _ b: Int) throws(ExtentError) -> Int {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    if overflow { throw .overflow }
    return product
  }
}
