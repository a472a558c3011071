/// What a sum is made of: the symbol, or a rounding or choice that sums cannot see through.
///
/// A class for the same reason as `Form`. Immutable.
final class Atom: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case symbol(Axis)
    /// floor(extent / divisor), divisor at least two
    case floor(Extent, Int)
    /// the largest of two or more
    case maximum([Extent])
    /// the smallest of two or more
    case minimum([Extent])
    /// floor(dividend / divisor), and zero where the divisor is below one
    case quotient(Extent, Extent)
    /// values at 1..<threshold + period, in place of a tree grown too large
    case table([Int], Axis)
  }

  let kind: Kind
  let axis: Axis?
  let slope: Rational
  let period: Int
  let threshold: Int
  let size: Int
  let key: UInt64

  init(symbol axis: Axis) {
    kind = .symbol(axis)
    self.axis = axis
    slope = .one
    period = 1
    threshold = 1
    size = 1
    key = Atom.key(of: kind)
  }

  /// The caller proves slope, period and threshold; throws `.cap`.
  init(_ kind: Kind, slope: Rational, period: Int, threshold: Int) throws(ExtentError) {
    try Extent.requireBelowCap(period: period, threshold: threshold)
    self.kind = kind
    self.slope = slope
    self.period = period
    self.threshold = threshold
    switch kind {
    case .symbol(let axis), .table(_, let axis):
      self.axis = axis
      size = 1
    case .floor(let extent, _):
      axis = extent.axis
      size = extent.form.size + 1
    case .maximum(let operands), .minimum(let operands):
      axis = operands.lazy.compactMap(\.axis).first
      size = operands.reduce(1) { $0 + $1.form.size }
    case .quotient(let dividend, let divisor):
      axis = dividend.axis ?? divisor.axis
      size = dividend.form.size + divisor.form.size + 1
    }
    key = Atom.key(of: kind)
  }

  private static func key(of kind: Kind) -> UInt64 {
    switch kind {
    case .symbol(let axis): mixed(2, axis == .height ? 1 : 2)
    case .floor(let extent, let divisor): mixed(mixed(3, extent.form.key), UInt64(divisor))
    case .maximum(let operands): operands.reduce(4) { mixed($0, $1.form.key) }
    case .minimum(let operands): operands.reduce(8) { mixed($0, $1.form.key) }
    case .quotient(let dividend, let divisor):
      mixed(mixed(5, dividend.form.key), divisor.form.key)
    case .table(let values, let axis):
      values.reduce(axis == .height ? 6 : 7) { mixed($0, UInt64(bitPattern: Int64($1))) }
    }
  }

  /// The order of atoms in a sum: by kind, floors by divisor.
  func precedes(_ other: Atom) -> Bool {
    let (left, right) = (rank, other.rank)
    return left == right ? key < other.key : left < right
  }

  private var rank: Int {
    switch kind {
    case .symbol: 0
    case .floor(_, let divisor): divisor
    case .maximum, .minimum, .quotient, .table: .max
    }
  }

  static func == (left: Atom, right: Atom) -> Bool {
    if left === right { return true }
    return left.key == right.key && left.kind == right.kind
  }

  func hash(into hasher: inout Hasher) { hasher.combine(key) }
}
