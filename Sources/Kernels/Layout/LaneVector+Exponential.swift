extension SIMD16 where Scalar == Float {
  /// e to the power of numbers that are at most 0, to about an ulp; NaN stays.
  ///
  /// x = n ln 2 + r with |r| at most ln 2 / 2, and Cephes's polynomial of r (S. L. Moshier, expf).
  @inline(__always) func exponential() -> Self {
    // The sum rounds to whole numbers: its ulp is 1.
    let magic = Self(repeating: 0x1.8p23)
    let low = Self(repeating: -87.3)
    let x = replacing(with: low, where: self .< low)
    let shifted = x * Self(repeating: 1.442_695_04) + magic
    let n = shifted - magic
    let r = (x - n * Self(repeating: 0.693_359_375)) - n * Self(repeating: -2.121_944_4e-4)
    var p = Self(repeating: 1.987_569_15e-4)
    for coefficient: Float in [1.398_199_95e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5] {
      p = p * r + Self(repeating: coefficient)
    }
    let y = p * (r * r) + r + Self(repeating: 1)
    // The lowest bits of the sum are n; moved to the exponent they are 2 to the power of n.
    let bits = unsafe unsafeBitCast(shifted, to: SIMD16<UInt32>.self)
    let power = unsafe unsafeBitCast((bits &+ 127) &<< 23, to: Self.self)
    return (y * power).replacing(with: Self(repeating: 0), where: self .< low)
  }
}

extension SIMD8 where Scalar == Float {
  @inline(__always) func exponential() -> Self {
    SIMD16(lowHalf: self, highHalf: self).exponential().lowHalf
  }
}

extension SIMD4 where Scalar == Float {
  @inline(__always) func exponential() -> Self {
    SIMD8(lowHalf: self, highHalf: self).exponential().lowHalf
  }
}
