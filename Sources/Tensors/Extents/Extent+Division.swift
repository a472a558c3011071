extension Extent {
  /// floor(self / divisor), rounding down for negatives too; throws `.divisor` below one.
  ///
  /// Multiples of the divisor leave the rounding, common factors cancel, and a floor inside a
  /// floor merges: floor((floor(m / e) + r) / d) = floor((m + r * e) / (e * d)).
  package func floorDivided(by divisor: Int) throws(ExtentError) -> Extent {
    guard divisor >= 1 else { throw .divisor }
    if divisor == 1 { return self }
    if let first = form.terms.first, first.coefficient < 0 {
      return try negated().plus(divisor - 1).floorDivided(by: divisor).negated()
    }
    var whole: [Form.Term] = []
    var rest: [Form.Term] = []
    var common = UInt(divisor)
    for term in form.terms {
      let quotient = term.coefficient.floored(by: divisor)
      let remainder = term.coefficient.residue(by: divisor)
      if quotient != 0 { whole.append(Form.Term(coefficient: quotient, atom: term.atom)) }
      if remainder != 0 {
        rest.append(Form.Term(coefficient: remainder, atom: term.atom))
        common = greatestCommonDivisor(Int(common), remainder)
      }
    }
    let outside = try Extent.sum(form.constant.floored(by: divisor), whole)
    if rest.isEmpty { return outside }
    let factor = Int(common)
    if factor > 1 {
      rest = rest.map { Form.Term(coefficient: $0.coefficient / factor, atom: $0.atom) }
    }
    let inside = try Extent.sum(form.constant.residue(by: divisor) / factor, rest)
    return try outside.plus(inside.floor(by: divisor / factor))
  }

  /// ceil(self / divisor).
  package func ceilDivided(by divisor: Int) throws(ExtentError) -> Extent {
    guard divisor >= 1 else { throw .divisor }
    return try plus(divisor - 1).floorDivided(by: divisor)
  }

  /// The floor of a reduced sum: merged with a floor inside, or an atom of its own.
  ///
  /// The period grows by the least m with m * slope * period divisible by the divisor.
  private func floor(by divisor: Int) throws(ExtentError) -> Extent {
    if form.terms.count == 1, form.terms[0].coefficient == 1,
      case .floor(let inner, let step) = form.terms[0].atom.kind
    {
      return try inner.plus(form.constant.times(step)).floorDivided(by: divisor.times(step))
    }
    let growth = divisor / Int(greatestCommonDivisor(try increment(), divisor))
    let (period, overflow) = period.multipliedReportingOverflow(by: growth)
    if overflow { throw .cap(period: nil) }
    let slope = try slope.divided(by: Rational(divisor))
    return try Extent.sum(
      Atom(.floor(self, divisor), slope: slope, period: period, threshold: threshold))
  }
}
