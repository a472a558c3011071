/// A sum: constant + coefficient * atom + …, atoms in canonical order, coefficients not zero.
///
/// A class because networks share their extents thousandfold: copies are one pointer and
/// equality of a shared node is one comparison. Immutable.
final class Form: Hashable, Sendable {
  struct Term: Hashable, Sendable {
    let coefficient: Int
    let atom: Atom
  }

  let constant: Int
  let terms: [Term]
  let axis: Axis?
  let slope: Rational
  let period: Int
  let threshold: Int
  /// The number of sums and atoms below and including this one, shared ones counted every time.
  let size: Int
  /// A structural hash that is the same in every process.
  let key: UInt64

  init(constant: Int) {
    self.constant = constant
    terms = []
    axis = nil
    slope = .zero
    period = 1
    threshold = 1
    size = 1
    key = mixed(1, UInt64(bitPattern: Int64(constant)))
  }

  convenience init(atom: Atom) {
    self.init(
      constant: 0, terms: [Term(coefficient: 1, atom: atom)], slope: atom.slope,
      period: atom.period, threshold: atom.threshold)
  }

  /// The caller proves slope, period and threshold.
  init(constant: Int, terms: [Term], slope: Rational, period: Int, threshold: Int) {
    self.constant = constant
    self.terms = terms
    self.slope = slope
    self.period = period
    self.threshold = threshold
    axis = terms.first?.atom.axis
    var size = 1
    var key = mixed(1, UInt64(bitPattern: Int64(constant)))
    for term in terms {
      size += term.atom.size
      key = mixed(mixed(key, UInt64(bitPattern: Int64(term.coefficient))), term.atom.key)
    }
    self.size = size
    self.key = key
  }

  static func == (left: Form, right: Form) -> Bool {
    if left === right { return true }
    return left.key == right.key && left.constant == right.constant && left.terms == right.terms
  }

  func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

/// One step of the structural hash.
func mixed(_ hash: UInt64, _ value: UInt64) -> UInt64 {
  var mix = (hash ^ value) &* 0x9E37_79B9_7F4A_7C15
  mix ^= mix >> 29
  mix = (mix &+ value) &* 0xBF58_476D_1CE4_E5B9
  return mix ^ (mix >> 32)
}
