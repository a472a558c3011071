/// An exact size as a function of one image extent n >= 1, or a constant.
///
/// Such a function is eventually quasi-linear: f(n + period) = f(n) + slope * period for every
/// n >= threshold. It is kept as a canonical sum of shared atoms, so that chains of windows stay
/// one floor division deep.
package struct Extent: Hashable, Sendable {
  /// The bound of threshold plus period.
  package static let cap = 1 << 20

  let form: Form

  package static func constant(_ value: Int) -> Extent {
    Extent(form: Form(constant: value))
  }

  package static func symbol(_ axis: Axis) -> Extent {
    switch axis {
    case .height: height
    case .width: width
    }
  }

  private static let height = Extent(form: Form(atom: Atom(symbol: .height)))
  private static let width = Extent(form: Form(atom: Atom(symbol: .width)))

  /// The extent that this is a function of, nil for a constant.
  package var axis: Axis? { form.axis }
  package var constantValue: Int? { form.terms.isEmpty ? form.constant : nil }
  package var slope: Rational { form.slope }
  package var period: Int { form.period }
  package var threshold: Int { form.threshold }

  /// slope * period, a whole number: the slope's denominator divides the period.
  package func increment() throws(ExtentError) -> Int {
    try slope.numerator.times(period / slope.denominator)
  }

  /// Throws `.mixedAxes` where the two are functions of different extents.
  func requireSameAxis(as other: Extent) throws(ExtentError) {
    guard let left = axis, let right = other.axis, left != right else { return }
    throw .mixedAxes
  }
}
