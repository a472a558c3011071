import Tensors

/// Cells of a block turned from floats into bfloat16 numbers and back.
enum BF16Cells {
  /// Rounds to nearest even; both sides hold `count` numbers, a multiple of 8.
  @unsafe static func narrow(
    _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
  ) {
    typealias Bits = SIMD8<UInt32>
    for first in stride(from: 0, to: count, by: 8) {
      let bits = unsafe UnsafeRawPointer(source + first).loadUnaligned(as: Bits.self)
      let rounded = bits &+ 0x7FFF &+ (bits &>> 16 & 1)
      // What is not a number keeps its upper bits, of which one says that it is none.
      let isNaN = bits & 0x7FFF_FFFF .> 0x7F80_0000
      let upper = rounded.replacing(with: bits | 0x40_0000, where: isNaN) &>> 16
      unsafe UnsafeMutableRawPointer(target).storeBytes(
        of: SIMD8<UInt16>(truncatingIfNeeded: upper), toByteOffset: first * 2,
        as: SIMD8<UInt16>.self)
    }
  }

  /// Both sides hold `count` numbers, a multiple of 8.
  @unsafe static func widen(
    _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
  ) {
    for first in stride(from: 0, to: count, by: 8) {
      let halves = unsafe UnsafeRawPointer(source).loadUnaligned(
        fromByteOffset: first * 2, as: SIMD8<UInt16>.self)
      let bits = SIMD8<UInt32>(truncatingIfNeeded: halves) &<< 16
      unsafe UnsafeMutableRawPointer(target + first).storeBytes(of: bits, as: SIMD8<UInt32>.self)
    }
  }
}
