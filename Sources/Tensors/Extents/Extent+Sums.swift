extension Extent {
  /// Trees larger than this become tables, which bounds recursion and evaluation.
  package static let largestTree = 256

  /// Nodes of its tree.
  package var treeSize: Int { form.size }

  /// The longest table.
  static let longestTable = 1 << 16

  package func plus(_ value: Int) throws(ExtentError) -> Extent {
    if value == 0 { return self }
    return Extent(
      form: Form(
        constant: try form.constant.plus(value), terms: form.terms, slope: slope,
        period: period, threshold: threshold))
  }

  package func plus(_ other: Extent) throws(ExtentError) -> Extent {
    try adding(other, times: 1)
  }

  package func minus(_ value: Int) throws(ExtentError) -> Extent {
    try plus(0.minus(value))
  }

  package func minus(_ other: Extent) throws(ExtentError) -> Extent {
    try adding(other, times: -1)
  }

  package func times(_ factor: Int) throws(ExtentError) -> Extent {
    switch factor {
    case 0: .constant(0)
    case 1: self
    default: try Extent.constant(0).adding(self, times: factor)
    }
  }

  func negated() throws(ExtentError) -> Extent { try times(-1) }

  /// self + other * factor: a merge of two ordered lists in which like terms meet.
  private func adding(_ other: Extent, times factor: Int) throws(ExtentError) -> Extent {
    try requireSameAxis(as: other)
    let constant = try form.constant.plus(other.form.constant.times(factor))
    let (left, right) = (form.terms, other.form.terms)
    var terms: [Form.Term] = []
    terms.reserveCapacity(left.count + right.count)
    var (i, j) = (0, 0)
    while i < left.count || j < right.count {
      if j < right.count, i < left.count, left[i].atom == right[j].atom {
        let coefficient = try left[i].coefficient.plus(right[j].coefficient.times(factor))
        if coefficient != 0 {
          terms.append(Form.Term(coefficient: coefficient, atom: left[i].atom))
        }
        (i, j) = (i + 1, j + 1)
      } else if j == right.count || (i < left.count && left[i].atom.precedes(right[j].atom)) {
        terms.append(left[i])
        i += 1
      } else {
        let coefficient = try right[j].coefficient.times(factor)
        terms.append(Form.Term(coefficient: coefficient, atom: right[j].atom))
        j += 1
      }
    }
    return try Extent.sum(constant, terms)
  }

  /// The sum of ordered terms: its period is the least common multiple of theirs.
  static func sum(_ constant: Int, _ terms: [Form.Term]) throws(ExtentError) -> Extent {
    var slope = Rational.zero
    var (period, threshold) = (1, 1)
    for term in terms {
      slope = try slope.plus(term.atom.slope.times(Rational(term.coefficient)))
      period = try leastCommonPeriod(period, term.atom.period)
      threshold = max(threshold, term.atom.threshold)
    }
    try requireBelowCap(period: period, threshold: threshold)
    let form = Form(
      constant: constant, terms: terms, slope: slope, period: period, threshold: threshold)
    let extent = Extent(form: form)
    return form.size > largestTree ? try extent.tabulated() : extent
  }

  static func sum(_ atom: Atom) throws(ExtentError) -> Extent {
    try sum(0, [Form.Term(coefficient: 1, atom: atom)])
  }

  static func requireBelowCap(period: Int, threshold: Int) throws(ExtentError) {
    guard period <= cap, threshold <= cap, threshold + period <= cap else {
      throw .cap(period: period)
    }
  }

  /// The same function as a table that starts at zero, plus a constant.
  private func tabulated() throws(ExtentError) -> Extent {
    let count = threshold + period - 1
    guard let axis, count <= Extent.longestTable else { throw .cap(period: period) }
    var values = try values(from: 1, count: count)
    let first = values[0]
    for index in values.indices { values[index] = try values[index].minus(first) }
    let atom = try Atom(
      .table(values, axis), slope: slope, period: period, threshold: threshold)
    return try Extent.sum(atom).plus(first)
  }
}
