/// The generator SplitMix64 (Steele, Lea and Flood 2014): a stream of 64-bit numbers a seed.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  /// The stream of a name: the seed xor FNV-1a-64 of its UTF-8 bytes.
  package init(seed: UInt64, name: String) {
    self.init(seed: seed ^ fnv1a64(name))
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in [lower, upper): 24 random bits, arithmetic in double, rounded once.
  package mutating func uniform(_ lower: Double, _ upper: Double) -> Float {
    let u = Double(next() >> 40) * 0x1p-24
    return Float(lower + (upper - lower) * u)
  }
}

/// The hash FNV-1a of 64 bits of the UTF-8 bytes of a text.
package func fnv1a64(_ text: String) -> UInt64 {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  return hash
}
