import Tensors

extension Rational {
  /// At most three digits behind the point: `7.5`, `-3.493`.
  package var rounded: String {
    if denominator == 1 { return String(numerator) }
    let value = Double(numerator) / Double(denominator)
    guard value.magnitude < 1e12 else { return "\(value)" }
    let thousandths = Int((value.magnitude * 1000).rounded())
    var digits = String(thousandths % 1000 + 1000).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    let text = digits.isEmpty ? "\(thousandths / 1000)" : "\(thousandths / 1000).\(digits)"
    return value < 0 && thousandths > 0 ? "-\(text)" : text
  }
}
