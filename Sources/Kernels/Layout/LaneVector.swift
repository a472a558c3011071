/// The lanes of one cell of a blocked map, as a vector of Swift's own.
///
/// The operations are named again so that generic code takes those of the vector and not loops
/// over its elements.
protocol LaneVector: SIMD where Scalar == Float {
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  static func .> (a: Self, b: Self) -> SIMDMask<MaskStorage>
  static func .== (a: Self, b: Self) -> SIMDMask<MaskStorage>
  static func .!= (a: Self, b: Self) -> SIMDMask<MaskStorage>
  func replacing(with other: Self, where mask: SIMDMask<MaskStorage>) -> Self
  /// e to the power of numbers that are at most 0, to about an ulp; NaN stays.
  func exponential() -> Self
}

extension SIMD4: LaneVector where Scalar == Float {}
extension SIMD8: LaneVector where Scalar == Float {}
extension SIMD16: LaneVector where Scalar == Float {}

extension LaneVector {
  /// The vector at an address, which holds as many floats; of any alignment.
  @unsafe @inline(__always) init(at place: UnsafePointer<Float>) {
    self = unsafe UnsafeRawPointer(place).loadUnaligned(as: Self.self)
  }

  /// Writes as many floats, to any alignment.
  @unsafe @inline(__always) func store(to place: UnsafeMutablePointer<Float>) {
    unsafe UnsafeMutableRawPointer(place).storeBytes(of: self, as: Self.self)
  }

  /// The larger of each pair, NaN where either is.
  @inline(__always) func larger(_ other: Self) -> Self {
    replacing(with: other, where: other .> self).replacing(with: other, where: other .!= other)
      .replacing(with: self, where: self .!= self)
  }

  /// What stands for no number at all in `larger`.
  @inline(__always) static var least: Self { Self(repeating: -.infinity) }
}
