extension Extent: CustomStringConvertible {
  /// As in `ceil(H/16)`, `2*ceil(H/4)-1`, `max(H-4, 1)`, `33`.
  package var description: String {
    if form.terms.count == 1, let folded = folded(form.terms[0]) { return folded }
    var text = ""
    for term in form.terms { text += Extent.text(of: term, isFirst: text.isEmpty) }
    if form.constant != 0 || text.isEmpty {
      text += form.constant > 0 && !text.isEmpty ? "+\(form.constant)" : "\(form.constant)"
    }
    return text
  }

  /// One atom alone that takes the constant in: `max(H-4, 1)`, `floor((H-5)/16)`.
  private func folded(_ term: Form.Term) -> String? {
    let constant = form.constant
    switch term.atom.kind {
    case .maximum(let operands) where term.coefficient == 1:
      return Extent.list("max", operands, plus: constant)
    case .minimum(let operands) where term.coefficient == 1:
      return Extent.list("min", operands, plus: constant)
    case .floor(let extent, let divisor) where term.coefficient == 1:
      let inner = extent.form.constant
      guard constant != 0, inner != 0, inner != divisor - 1,
        let shift = try? constant.times(divisor), let numerator = try? extent.plus(shift)
      else { return nil }
      return "floor(" + numerator.fraction(over: .constant(divisor)) + ")"
    default: return nil
    }
  }

  fileprivate static func list(
    _ name: String, _ operands: [Extent], plus constant: Int = 0
  ) -> String? {
    var parts: [String] = []
    for operand in operands {
      guard let shifted = try? operand.plus(constant) else { return nil }
      parts.append(shifted.description)
    }
    return "\(name)(" + parts.joined(separator: ", ") + ")"
  }

  private static func text(of term: Form.Term, isFirst: Bool) -> String {
    let sign = term.coefficient < 0 ? "-" : isFirst ? "" : "+"
    let magnitude = term.coefficient.magnitude
    return sign + (magnitude == 1 ? "" : "\(magnitude)*") + term.atom.description
  }

  /// As in `H/16`, `(H+3)/16`, `H/floor(H/4)`, `H/(H+1)`.
  fileprivate func fraction(over divisor: Extent) -> String {
    let terms = divisor.form.terms
    let isSum = form.terms.count > 1 || (form.constant != 0 && !form.terms.isEmpty)
    let isPlain =
      terms.isEmpty
      || (terms.count == 1 && terms[0].coefficient == 1 && divisor.form.constant == 0)
    return (isSum ? "(\(description))/" : "\(description)/")
      + (isPlain ? divisor.description : "(\(divisor))")
  }
}

extension Atom: CustomStringConvertible {
  var description: String {
    switch kind {
    case .symbol(let axis): return axis.rawValue
    case .floor(let extent, let divisor):
      if extent.form.constant == divisor - 1, let whole = try? extent.minus(divisor - 1) {
        return "ceil(" + whole.fraction(over: .constant(divisor)) + ")"
      }
      return "floor(" + extent.fraction(over: .constant(divisor)) + ")"
    case .maximum(let operands): return Extent.list("max", operands) ?? ""
    case .minimum(let operands): return Extent.list("min", operands) ?? ""
    case .quotient(let dividend, let divisor):
      return "floor(" + dividend.fraction(over: divisor) + ")"
    case .table(_, let axis): return "table(\(axis.rawValue), slope \(slope), period \(period))"
    }
  }
}
