@testable import X86

/// Every instruction with every kind of operand, for `encodings.txt`.
enum EncodingCases {
  /// The rows of `VectorInstruction`, by the name they have there.
  static let rows: [(name: String, row: VectorInstruction, widths: [VectorWidth])] = {
    let (all, wide): ([VectorWidth], [VectorWidth]) = (
      VectorWidth.allCases, [.bits256, .bits512]
    )
    return [
      ("vmovups", .vmovups, all), ("vmovupsStore", .vmovupsStore, all),
      ("vbroadcastss", .vbroadcastss, all), ("vaddps", .vaddps, all), ("vmulps", .vmulps, all),
      ("vsubps", .vsubps, all), ("vminps", .vminps, all), ("vdivps", .vdivps, all),
      ("vmaxps", .vmaxps, all), ("vsqrtps", .vsqrtps, all), ("vfmadd213ps", .vfmadd213ps, all),
      ("vfmadd231ps", .vfmadd231ps, all), ("vfnmadd231ps", .vfnmadd231ps, all),
      ("vscalefps", .vscalefps, all),
      ("vxorps", .vxorps, all), ("vandps", .vandps, all), ("vandnps", .vandnps, all),
      ("vorps", .vorps, all), ("vpxord", .vpxord, all), ("vpandd", .vpandd, all),
      ("vpord", .vpord, all), ("vpaddd", .vpaddd, all), ("vpsubd", .vpsubd, all),
      ("vpmulld", .vpmulld, all), ("vcvtps2dq", .vcvtps2dq, all),
      ("vcvttps2dq", .vcvttps2dq, all), ("vcvtdq2ps", .vcvtdq2ps, all), ("vcmpps", .vcmpps, all),
      ("vcmppsVector", .vcmppsVector, all), ("vblendmps", .vblendmps, all),
      ("vroundps", .vroundps, all), ("vrndscaleps", .vrndscaleps, all),
      ("vunpcklps", .vunpcklps, all), ("vunpckhps", .vunpckhps, all), ("vshufps", .vshufps, all),
      ("vshuff32x4", .vshuff32x4, wide), ("vpermps", .vpermps, wide),
      ("vextractf32x4", .vextractf32x4, wide), ("vextractf128", .vextractf128, [.bits256]),
      ("vdpbf16ps", .vdpbf16ps, all), ("vcvtneps2bf16", .vcvtneps2bf16, [.bits512]),
      ("vpmovzxwd", .vpmovzxwd, wide), ("vpslld", .vpslld, [.bits512]),
    ]
  }()

  /// Addresses that ModRM, SIB and displacements write in different ways.
  static let addresses: [Address] = [
    .based(.rax), .based(.rsp), .based(.rbp), .based(.r12), .based(.r13),
    .based(.rdi, displacement: 64), .based(.rdi, displacement: -128),
    .based(.r9, displacement: 4), .based(.rsi, displacement: 8192),
    .based(.rdx, displacement: -8256), .based(.r8, displacement: 127),
    .based(.rbx, index: .init(.rcx)), .based(.rbp, index: .init(.r15, .four)),
    .based(.r13, index: .init(.rdx, .eight), displacement: 512),
  ]

  static func emit(_ assembler: inout Assembler) {
    for (_, row, widths) in rows {
      for width in widths { vector(row, width, &assembler) }
    }
    general(&assembler)
  }

  private static func vector(
    _ row: VectorInstruction, _ width: VectorWidth, _ assembler: inout Assembler
  ) {
    let isWide = width == .bits512
    if isWide && row.encodings == .vex { return }
    let upper = row.encodings != .vex
    var registers = [(1, 2, 3), (9, 2, 12), (7, 15, 8)]
    if upper { registers += [(17, 2, 3), (1, 23, 3), (1, 2, 24), (31, 30, 29), (8, 16, 25)] }
    for (d, a, b) in registers {
      one(row, width, d, a, .register(VectorRegister(b)), nil, &assembler)
    }
    for address in addresses { one(row, width, 1, 10, .memory(address), nil, &assembler) }
    guard upper else { return }
    for address in [addresses[0], addresses[7], addresses[13]] {
      one(row, width, 20, 5, .memory(address), nil, &assembler)
      if row.memory == .full { one(row, width, 3, 18, .broadcast(address), nil, &assembler) }
    }
    guard row.form != .compare else { return }
    one(row, width, 4, 5, .register(VectorRegister(6)), Mask(MaskRegister(3)), &assembler)
    if row.form != .store {
      let mask = Mask(MaskRegister(7), zeroing: true)
      one(row, width, 4, 5, .memory(addresses[5]), mask, &assembler)
    } else {
      one(row, width, 4, 5, .memory(addresses[5]), Mask(MaskRegister(1)), &assembler)
    }
  }

  private static func one(
    _ row: VectorInstruction, _ width: VectorWidth, _ d: Int, _ a: Int, _ operand: VectorOperand,
    _ mask: Mask?, _ assembler: inout Assembler
  ) {
    let immediate: UInt8? = row.hasImmediate ? 1 : nil
    switch row.form {
    case .two, .narrowing, .shift:
      assembler.vector(
        row, VectorRegister(d), operand, width: width, mask: mask, immediate: immediate)
    case .three:
      assembler.vector(
        row, VectorRegister(d), VectorRegister(a), operand, width: width, mask: mask,
        immediate: immediate)
    case .store:
      assembler.store(
        row, operand, VectorRegister(d), width: width, mask: mask, immediate: immediate)
    case .compare:
      assembler.compare(
        row, MaskRegister(d % 7 + 1), VectorRegister(a), operand, width: width, predicate: 1)
    }
  }

  private static func general(_ assembler: inout Assembler) {
    let pairs: [(GeneralRegister, GeneralRegister)] = [(.rax, .rcx), (.r8, .rdi), (.rsp, .r15)]
    for (a, b) in pairs {
      assembler.move(a, b)
      assembler.multiply(a, b, 3)
      assembler.multiply(a, b, -1000)
      for operation in GeneralOperation.allCases {
        assembler.apply(operation, a, b)
        for value: Int32 in [1, -1, 127, 128, .min] { assembler.apply(operation, a, value) }
        assembler.apply(operation, a, addresses[8])
      }
    }
    for register in GeneralRegister.allCases {
      for value in [0, 0x7FFF_FFFF, 0xFFFF_FFFF, -1, 0x1_0000_0000, .min] {
        assembler.move(register, value)
      }
      assembler.shiftLeft(register, 4)
      assembler.push(register)
      assembler.pop(register)
      assembler.call(register)
      assembler.move(MaskRegister(5), register)
    }
    for address in addresses {
      assembler.load(.rdx, address)
      assembler.store(address, .r14)
      assembler.effectiveAddress(.r10, address)
      assembler.prefetch(address)
      assembler.prefetch(address, toWrite: true)
    }
    for instruction in PlainInstruction.allCases { assembler.emit(instruction) }
  }
}
