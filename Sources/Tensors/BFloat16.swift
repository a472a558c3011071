/// A bfloat16 is the upper half of a float's bits: its exponent, and seven bits of its fraction.
extension Float {
  package init(bfloat16Bits bits: UInt16) { self.init(bitPattern: UInt32(bits) << 16) }

  /// Rounded to the nearest, of two as near the one whose last bit is zero; NaN stays NaN.
  package var bfloat16Bits: UInt16 {
    let bits = bitPattern
    if isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    // Infinity is the largest pattern that gets here, and has nothing to round.
    return UInt16(truncatingIfNeeded: (bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
  }

  /// The nearest number that a bfloat16 holds.
  package var roundedToBFloat16: Float { Float(bfloat16Bits: bfloat16Bits) }
}
