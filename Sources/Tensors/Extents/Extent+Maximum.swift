extension Extent {
  /// More operands than this stay nested.
  private static let mostOperands = 8

  package static func minimum(_ a: Extent, _ b: Extent) throws(ExtentError) -> Extent {
    let difference = try a.minus(b)
    if let constant = difference.constantValue { return constant <= 0 ? a : b }
    return try maximum(a.negated(), b.negated()).negated()
  }

  /// The larger of the two; one of them itself where it is never the smaller.
  ///
  /// Where one wins from some n on, the result has its slope and period, and the threshold is
  /// the n after its last defeat; otherwise slopes are equal and the periods' multiple serves.
  package static func maximum(_ a: Extent, _ b: Extent) throws(ExtentError) -> Extent {
    let difference = try a.minus(b)
    if let constant = difference.constantValue { return constant >= 0 ? a : b }
    let signs = try difference.signs()
    if signs.lastNegative == 0 { return a }
    if signs.lastPositive == 0 { return b }
    let (winner, period, threshold): (Extent, Int, Int)
    if let last = signs.lastNegative {
      (winner, period, threshold) = (a, a.period, max(a.threshold, last + 1))
    } else if let last = signs.lastPositive {
      (winner, period, threshold) = (b, b.period, max(b.threshold, last + 1))
    } else {
      let common = try leastCommonPeriod(a.period, b.period)
      (winner, period, threshold) = (a, common, max(a.threshold, b.threshold))
    }
    var operands = try operands(of: a) + operands(of: b)
    if operands.count > mostOperands { operands = [a, b] }
    let (offset, ordered) = try canonical(operands)
    // falling operands are kept as the negated smallest of rising ones
    if let first = ordered.first?.form.terms.first, first.coefficient < 0 {
      let smallest = try Atom(
        .minimum(negated(ordered)), slope: winner.slope.times(Rational(-1)), period: period,
        threshold: threshold)
      return try sum(smallest).negated().plus(offset)
    }
    let largest = try Atom(
      .maximum(ordered), slope: winner.slope, period: period, threshold: threshold)
    return try sum(largest).plus(offset)
  }

  /// The operands of max(…) + constant, otherwise the extent itself.
  private static func operands(of extent: Extent) throws(ExtentError) -> [Extent] {
    guard extent.form.terms.count == 1 else { return [extent] }
    let term = extent.form.terms[0]
    let operands: [Extent]
    switch (term.atom.kind, term.coefficient) {
    case (.maximum(let largest), 1): operands = largest
    case (.minimum(let smallest), -1): operands = try negated(smallest)
    default: return [extent]
    }
    var shifted: [Extent] = []
    for operand in operands { shifted.append(try operand.plus(extent.form.constant)) }
    return shifted
  }

  private static func negated(_ extents: [Extent]) throws(ExtentError) -> [Extent] {
    var negated: [Extent] = []
    for extent in extents { negated.append(try extent.negated()) }
    return negated
  }

  /// Operands ordered by their terms, the largest constant of like ones, the first one's taken out.
  private static func canonical(
    _ operands: [Extent]
  ) throws(ExtentError) -> (offset: Int, operands: [Extent]) {
    let keyed = operands.map { (key: termsKey($0), extent: $0) }.sorted {
      $0.key == $1.key ? $0.extent.form.constant > $1.extent.form.constant : $0.key < $1.key
    }
    var distinct: [Extent] = []
    for (_, extent) in keyed where distinct.last?.form.terms != extent.form.terms {
      distinct.append(extent)
    }
    let offset = distinct.first { !$0.form.terms.isEmpty }?.form.constant ?? 0
    var shifted: [Extent] = []
    for extent in distinct { shifted.append(try extent.minus(offset)) }
    return (offset, shifted)
  }

  /// A hash of the terms without the constant; sums come before constants.
  private static func termsKey(_ extent: Extent) -> UInt64 {
    extent.form.terms.reduce(extent.form.terms.isEmpty ? .max : 0) {
      mixed(mixed($0, UInt64(bitPattern: Int64($1.coefficient))), $1.atom.key) >> 1
    }
  }
}
