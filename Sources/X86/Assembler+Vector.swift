/// Which lanes of the destination an instruction writes.
package struct Mask: Hashable, Sendable {
  let register: MaskRegister
  /// The other lanes become zero; else they keep their value.
  let isZeroing: Bool

  package init(_ register: MaskRegister, zeroing: Bool = false) {
    self.register = register
    isZeroing = zeroing
  }
}

extension Assembler {
  /// `destination = instruction(source, operand)`
  package mutating func vector(
    _ instruction: VectorInstruction, _ destination: VectorRegister, _ source: VectorRegister,
    _ operand: VectorOperand, width: VectorWidth, mask: Mask? = nil, immediate: UInt8? = nil
  ) {
    precondition(instruction.form == .three, "\(instruction.name) has other operands")
    encode(
      instruction, reg: destination.number, source: source.number, operand, width, mask, immediate
    ) { [destination.name(width), source.name(width), operand.text(instruction, width)] }
  }

  /// `destination = instruction(operand)`
  package mutating func vector(
    _ instruction: VectorInstruction, _ destination: VectorRegister, _ operand: VectorOperand,
    width: VectorWidth, mask: Mask? = nil, immediate: UInt8? = nil
  ) {
    var (reg, source): (UInt8, UInt8?) = (destination.number, nil)
    switch instruction.form {
    case .two, .narrowing: break
    // The destination is where others have a source.
    case .shift(let operation): (reg, source) = (operation, destination.number)
    default: preconditionFailure("\(instruction.name) has other operands")
    }
    encode(instruction, reg: reg, source: source, operand, width, mask, immediate) {
      let isNarrow = instruction.form == .narrowing
      return [destination.name(isNarrow ? width.half : width), operand.text(instruction, width)]
    }
  }

  /// `operand = source`, of a store or an extraction.
  package mutating func store(
    _ instruction: VectorInstruction, _ operand: VectorOperand, _ source: VectorRegister,
    width: VectorWidth, mask: Mask? = nil, immediate: UInt8? = nil
  ) {
    precondition(instruction.form == .store, "\(instruction.name) stores nothing")
    precondition(mask?.isZeroing != true, "a store leaves the other lanes alone")
    encode(
      instruction, reg: source.number, source: nil, operand, width, mask, immediate
    ) { [operand.text(instruction, width), source.name(width)] }
  }

  /// `destination = source ? operand`, a bit a lane; `predicate` is of VCMPPS (0 =, 1 <, 2 <=, …).
  package mutating func compare(
    _ instruction: VectorInstruction, _ destination: MaskRegister, _ source: VectorRegister,
    _ operand: VectorOperand, width: VectorWidth, predicate: UInt8
  ) {
    precondition(instruction.form == .compare, "\(instruction.name) compares nothing")
    encode(
      instruction, reg: destination.number, source: source.number, operand, width, nil, predicate
    ) { ["k\(destination.number)", source.name(width), operand.text(instruction, width)] }
  }

  private mutating func encode(
    _ instruction: VectorInstruction, reg: UInt8, source: UInt8?, _ operand: VectorOperand,
    _ width: VectorWidth, _ mask: Mask?, _ immediate: UInt8?, _ operands: () -> [String]
  ) {
    precondition(
      instruction.hasImmediate == (immediate != nil), "\(instruction.name) and its immediate")
    list(instruction.line(operands(), mask, immediate))
    let needsEVEX =
      width == .bits512 || mask != nil || operand.needsEVEX || reg >= 16 || source ?? 0 >= 16
    precondition(instruction.encodings != (needsEVEX ? .vex : .evex) || !needsEVEX, "AVX-512 only")
    let usesEVEX = needsEVEX || instruction.encodings == .evex
    if usesEVEX {
      evex(instruction, reg, source ?? 0, operand, width, mask)
    } else {
      vex(instruction, reg, source ?? 0, operand, width)
    }
    byte(instruction.opcode)
    let trailing = immediate == nil ? 0 : 1
    switch operand {
    case .register(let register):
      modRM(reg, register: register.number)
    case .memory(let address):
      let unit = usesEVEX ? instruction.byteCount(width, isBroadcast: false) : 1
      modRM(reg, address, unit: unit, trailing: trailing)
    case .broadcast(let address):
      precondition(instruction.memory == .full, "\(instruction.name) does not broadcast")
      modRM(reg, address, unit: VectorInstruction.elementSize, trailing: trailing)
    }
    if let immediate { byte(immediate) }
  }

  /// The VEX prefix (Intel SDM, volume 2, section 2.3.5), short where it can be:
  ///
  ///     C5  [R̄ v̄v̄v̄v̄ L pp]
  ///     C4  [R̄ X̄ B̄ mmmmm]  [W v̄v̄v̄v̄ L pp]
  private mutating func vex(
    _ instruction: VectorInstruction, _ reg: UInt8, _ source: UInt8, _ operand: VectorOperand,
    _ width: VectorWidth
  ) {
    let (x, b) = operand.extensions
    let last = (~source & 15) << 3 | (width == .bits256 ? 4 : 0) | instruction.prefix.rawValue
    if instruction.map == .m0F && !x && !b {
      byte(0xC5)
      byte(bit(reg < 8, 7) | last)
    } else {
      byte(0xC4)
      byte(bit(reg < 8, 7) | bit(!x, 6) | bit(!b, 5) | instruction.map.rawValue)
      byte(last)
    }
  }

  /// The EVEX prefix (section 2.7.1):
  ///
  ///     62  [R̄ X̄ B̄ R̄' 0 mmm]  [W v̄v̄v̄v̄ 1 pp]  [z L'L b V̄' aaa]
  ///
  /// X̄ is the fifth bit of a register as last operand.
  private mutating func evex(
    _ instruction: VectorInstruction, _ reg: UInt8, _ source: UInt8, _ operand: VectorOperand,
    _ width: VectorWidth, _ mask: Mask?
  ) {
    let (x, b) = operand.extensions
    byte(0x62)
    byte(
      bit(reg & 8 == 0, 7) | bit(!x, 6) | bit(!b, 5) | bit(reg < 16, 4) | instruction.map.rawValue)
    byte((~source & 15) << 3 | 4 | instruction.prefix.rawValue)
    var isBroadcast = false
    if case .broadcast = operand { isBroadcast = true }
    byte(
      bit(mask?.isZeroing ?? false, 7) | width.rawValue << 5 | bit(isBroadcast, 4)
        | bit(source < 16, 3) | (mask?.register.number ?? 0))
  }

  private func bit(_ value: Bool, _ place: UInt8) -> UInt8 { value ? 1 << place : 0 }
}

extension VectorOperand {
  /// The bits of the last operand that a prefix holds, as X and B.
  fileprivate var extensions: (x: Bool, b: Bool) {
    switch self {
    case .register(let register): (register.number >= 16, register.number & 8 != 0)
    case .memory(let address), .broadcast(let address): address.extensions
    }
  }

  fileprivate func text(_ instruction: VectorInstruction, _ width: VectorWidth) -> String {
    switch self {
    case .register(let register):
      // Narrow operands have a width of their own.
      switch instruction.memory {
      case .bytes(let count) where count <= 16: return register.name(.bits128)
      case .halfVector: return register.name(width.half)
      default: return register.name(width)
      }
    case .memory(let address): return address.text
    case .broadcast(let address):
      return address.text + "{1to\(width.byteCount / VectorInstruction.elementSize)}"
    }
  }
}

extension VectorInstruction {
  /// In Intel's syntax: `vaddps zmm1{k2}{z}, zmm3, [rax+0x40]`.
  fileprivate func line(_ operands: [String], _ mask: Mask?, _ immediate: UInt8?) -> String {
    var operands = operands
    if let mask {
      operands[0] += "{k\(mask.register.number)}" + (mask.isZeroing ? "{z}" : "")
    }
    if let immediate { operands.append("0x" + String(immediate, radix: 16)) }
    return name + " " + operands.joined(separator: ", ")
  }
}
