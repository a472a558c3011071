// One line an instruction; encodings from the Intel SDM, volume 2. `Tests/X86Tests/encodings.txt`
// holds what each looks like with every kind of operand.
extension VectorInstruction {
  // Moves. A store has the opcode after its load's.
  package static let vmovups = Self("vmovups", .none, .m0F, 0x10, .two, .wholeVector)
  package static let vmovupsStore = Self("vmovups", .none, .m0F, 0x11, .store, .wholeVector)
  package static let vbroadcastss = Self("vbroadcastss", .p66, .m0F38, 0x18, .two, .bytes(4))

  // Arithmetic on 32-bit floats.
  package static let vaddps = Self("vaddps", .none, .m0F, 0x58)
  package static let vmulps = Self("vmulps", .none, .m0F, 0x59)
  package static let vsubps = Self("vsubps", .none, .m0F, 0x5C)
  package static let vminps = Self("vminps", .none, .m0F, 0x5D)
  package static let vdivps = Self("vdivps", .none, .m0F, 0x5E)
  package static let vmaxps = Self("vmaxps", .none, .m0F, 0x5F)
  package static let vsqrtps = Self("vsqrtps", .none, .m0F, 0x51, .two)
  package static let vfmadd213ps = Self("vfmadd213ps", .p66, .m0F38, 0xA8)
  package static let vfmadd231ps = Self("vfmadd231ps", .p66, .m0F38, 0xB8)
  package static let vfnmadd231ps = Self("vfnmadd231ps", .p66, .m0F38, 0xBC)
  package static let vscalefps = Self("vscalefps", .p66, .m0F38, 0x2C, only: .evex)

  // Bits. EVEX has its own forms with an element size, which a mask needs.
  package static let vxorps = Self("vxorps", .none, .m0F, 0x57, .three, .wholeVector, only: .vex)
  package static let vandps = Self("vandps", .none, .m0F, 0x54, .three, .wholeVector, only: .vex)
  package static let vandnps = Self("vandnps", .none, .m0F, 0x55, .three, .wholeVector, only: .vex)
  package static let vorps = Self("vorps", .none, .m0F, 0x56, .three, .wholeVector, only: .vex)
  package static let vpxord = Self("vpxord", .p66, .m0F, 0xEF, only: .evex)
  package static let vpandd = Self("vpandd", .p66, .m0F, 0xDB, only: .evex)
  package static let vpord = Self("vpord", .p66, .m0F, 0xEB, only: .evex)

  // Integers of 32 bits.
  package static let vpaddd = Self("vpaddd", .p66, .m0F, 0xFE)
  package static let vpsubd = Self("vpsubd", .p66, .m0F, 0xFA)
  package static let vpmulld = Self("vpmulld", .p66, .m0F38, 0x40)
  package static let vpslld = Self(
    "vpslld", .p66, .m0F, 0x72, .shift(6), only: .evex, immediate: true)
  package static let vcvtps2dq = Self("vcvtps2dq", .p66, .m0F, 0x5B, .two)
  package static let vcvttps2dq = Self("vcvttps2dq", .pF3, .m0F, 0x5B, .two)
  package static let vcvtdq2ps = Self("vcvtdq2ps", .none, .m0F, 0x5B, .two)

  // Comparison and choice.
  package static let vcmpps = Self(
    "vcmpps", .none, .m0F, 0xC2, .compare, only: .evex, immediate: true)
  package static let vcmppsVector = Self(
    "vcmpps", .none, .m0F, 0xC2, .three, .wholeVector, only: .vex, immediate: true)
  package static let vblendmps = Self("vblendmps", .p66, .m0F38, 0x65, only: .evex)

  // Rounding: VEX and EVEX have names of their own.
  package static let vroundps = Self(
    "vroundps", .p66, .m0F3A, 0x08, .two, .wholeVector, only: .vex, immediate: true)
  package static let vrndscaleps = Self(
    "vrndscaleps", .p66, .m0F3A, 0x08, .two, only: .evex, immediate: true)

  // Lanes.
  package static let vunpcklps = Self("vunpcklps", .none, .m0F, 0x14)
  package static let vunpckhps = Self("vunpckhps", .none, .m0F, 0x15)
  package static let vshufps = Self("vshufps", .none, .m0F, 0xC6, immediate: true)
  package static let vshuff32x4 = Self(
    "vshuff32x4", .p66, .m0F3A, 0x23, only: .evex, immediate: true)
  package static let vpermps = Self("vpermps", .p66, .m0F38, 0x16)
  package static let vextractf32x4 = Self(
    "vextractf32x4", .p66, .m0F3A, 0x19, .store, .bytes(16), only: .evex, immediate: true)
  package static let vextractf128 = Self(
    "vextractf128", .p66, .m0F3A, 0x19, .store, .bytes(16), only: .vex, immediate: true)

  // bfloat16: products of pairs, floats rounded to it, 16 bits made 32.
  package static let vdpbf16ps = Self("vdpbf16ps", .pF3, .m0F38, 0x52, only: .evex)
  package static let vcvtneps2bf16 = Self(
    "vcvtneps2bf16", .pF3, .m0F38, 0x72, .narrowing, only: .evex)
  package static let vpmovzxwd = Self("vpmovzxwd", .p66, .m0F38, 0x33, .two, .halfVector)
}
