/// What the processor can do and the system lets programs use, by CPUID and XGETBV.
package struct ProcessorFeatures: OptionSet, Hashable, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let avx = Self(rawValue: 1 << 0)
  package static let fma = Self(rawValue: 1 << 1)
  package static let avx2 = Self(rawValue: 1 << 2)
  /// Foundation, with the doubleword, byte and vector-length extensions.
  package static let avx512 = Self(rawValue: 1 << 3)
  package static let avx512BF16 = Self(rawValue: 1 << 4)

  /// Those of the processor this runs on; none where it is of another kind, or where no code can be
  /// made to ask it.
  package static let current: Self = {
    #if arch(x86_64)
      guard let questions = try? ProcessorQuestions() else { return [] }
      let leaf1 = questions.cpuid(1)
      let nothing = ProcessorQuestions.Registers()
      let hasLeaf7 = questions.cpuid(0).eax >= 7
      let leaf7 = hasLeaf7 ? questions.cpuid(7) : nothing
      return Self(
        leaf1: leaf1, leaf7: leaf7, leaf7Sub1: leaf7.eax >= 1 ? questions.cpuid(7, 1) : nothing,
        enabled: leaf1.ecx.has(27) ? questions.enabledState() : 0)
    #else
      return []
    #endif
  }()

  /// Bits by the Intel SDM, volume 2, CPUID; leaves that the processor lacks are zero. `enabled` is
  /// XCR0, zero where OSXSAVE (leaf 1, ECX 27) denies it.
  init(
    leaf1: ProcessorQuestions.Registers, leaf7: ProcessorQuestions.Registers,
    leaf7Sub1: ProcessorQuestions.Registers, enabled: UInt64
  ) {
    self = []
    // What the system saves: SSE and AVX registers; then masks, upper halves, the upper sixteen.
    let (ymm, zmm): (UInt64, UInt64) = (0b110, 0b1110_0110)
    guard enabled & ymm == ymm, leaf1.ecx.has(28) else { return }
    insert(.avx)
    if leaf1.ecx.has(12) { insert(.fma) }
    if leaf7.ebx.has(5) { insert(.avx2) }
    guard enabled & zmm == zmm, [16, 17, 30, 31].allSatisfy({ leaf7.ebx.has($0) }) else { return }
    insert(.avx512)
    if leaf7Sub1.eax.has(5) { insert(.avx512BF16) }
  }
}

extension UInt32 {
  fileprivate func has(_ bit: Int) -> Bool { self >> UInt32(bit) & 1 == 1 }
}
