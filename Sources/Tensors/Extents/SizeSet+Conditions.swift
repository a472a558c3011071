extension SizeSet {
  /// The sizes at which two extents agree.
  package static func whereEqual(_ a: Extent, _ b: Extent) throws(ExtentError) -> SizeSet {
    if a == b { return .all }
    return try sizes(at: a.minus(b)) { $0 == 0 }
  }

  /// The sizes at which a <= b.
  package static func whereAtMost(_ a: Extent, _ b: Extent) throws(ExtentError) -> SizeSet {
    if a == b { return .all }
    return try sizes(at: a.minus(b)) { $0 <= 0 }
  }

  /// The sizes at which the extent is at least a number.
  package static func whereAtLeast(_ a: Extent, _ bound: Int) throws(ExtentError) -> SizeSet {
    try sizes(at: a.minus(bound)) { $0 >= 0 }
  }

  /// The sizes with one of the remainders; throws `.divisor` for a modulus below one.
  package static func residues(
    _ residues: some Sequence<Int>, modulo modulus: Int
  ) throws(ExtentError) -> SizeSet {
    guard modulus >= 1 else { throw .divisor }
    try Extent.requireBelowCap(period: modulus, threshold: 1)
    var bits = BitArray(repeating: false, count: modulus)
    // index n - 1 stands for n in 1...modulus
    for residue in residues { bits[(residue.residue(by: modulus) + modulus - 1) % modulus] = true }
    return SizeSet(bits, threshold: 1, period: modulus)
  }

  /// The listed sizes alone; those below one are left out.
  package static func sizes(_ sizes: some Sequence<Int>) throws(ExtentError) -> SizeSet {
    let members = sizes.filter { $0 >= 1 }
    let threshold = try (members.max() ?? 0).plus(1)
    try Extent.requireBelowCap(period: 1, threshold: threshold)
    var bits = BitArray(repeating: false, count: threshold)
    for n in members { bits[n - 1] = true }
    return SizeSet(bits, threshold: threshold, period: 1)
  }

  /// The sizes at which the sign of a difference passes a test of the sign.
  private static func sizes(
    at difference: Extent, _ passes: (Int) -> Bool
  ) throws(ExtentError) -> SizeSet {
    if let constant = difference.constantValue { return passes(constant) ? .all : .none }
    var (threshold, period) = (difference.threshold, difference.period)
    if difference.slope != .zero {
      // past the last n with a value of the other sign or zero, the sign of the slope stays
      let rising = difference.slope > .zero ? difference : try difference.negated()
      guard let last = try rising.minus(1).signs().lastNegative else {
        preconditionFailure("an extent of positive slope is negative without end")
      }
      (threshold, period) = (last + 1, 1)
    }
    try Extent.requireBelowCap(period: period, threshold: threshold)
    var bits = BitArray()
    try difference.scan(through: threshold + period - 1) { _, values in
      for value in values { bits.append(passes(value)) }
      return true
    }
    return SizeSet(bits, threshold: threshold, period: period)
  }
}
