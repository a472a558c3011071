/// Arithmetic on two general registers, or one and a number or memory.
package enum GeneralOperation: UInt8, CaseIterable, Hashable, Sendable {
  // The raw value is the operation's place in the group of opcodes 81 and 83 (Intel SDM, table A-6).
  case add = 0
  case or = 1
  case and = 4
  case sub = 5
  case xor = 6
  case cmp = 7

  var name: String { "\(self)" }
}

/// Conditions of a jump, as the flags after `cmp a, b` say them.
package enum Condition: UInt8, CaseIterable, Hashable, Sendable {
  case below = 2
  case aboveOrEqual = 3
  case equal = 4
  case notEqual = 5
  case less = 12
  case greaterOrEqual = 13
  case lessOrEqual = 14
  case greater = 15

  var suffix: String {
    switch self {
    case .below: "b"
    case .aboveOrEqual: "ae"
    case .equal: "e"
    case .notEqual: "ne"
    case .less: "l"
    case .greaterOrEqual: "ge"
    case .lessOrEqual: "le"
    case .greater: "g"
    }
  }
}

/// Instructions on general registers, 64 bits wide.
extension Assembler {
  // MARK: Moves

  package mutating func move(_ destination: GeneralRegister, _ source: GeneralRegister) {
    list("mov \(destination), \(source)")
    general(0x89, source.rawValue, destination)
  }

  /// The shortest of three forms; none changes the flags.
  package mutating func move(_ destination: GeneralRegister, _ value: Int) {
    if let small = UInt32(exactly: value) {
      // Writing 32 bits clears the rest.
      list("mov \(destination.name32), \(hexadecimal(value))")
      if destination.isExtended { byte(0x41) }
      byte(0xB8 | destination.low)
      word(small)
    } else if let small = Int32(exactly: value) {
      list("mov \(destination), \(hexadecimal(value))")
      general(0xC7, 0, destination)
      word(UInt32(bitPattern: small))
    } else {
      list("movabs \(destination), \(hexadecimal(value))")
      byte(0x48 | (destination.isExtended ? 1 : 0))
      byte(0xB8 | destination.low)
      quadword(UInt64(bitPattern: Int64(value)))
    }
  }

  package mutating func load(_ destination: GeneralRegister, _ address: Address) {
    list("mov \(destination), \(address.text)")
    general(0x8B, destination, address)
  }

  package mutating func store(_ address: Address, _ source: GeneralRegister) {
    list("mov \(address.text), \(source)")
    general(0x89, source, address)
  }

  package mutating func effectiveAddress(_ destination: GeneralRegister, _ address: Address) {
    list("lea \(destination), \(address.text)")
    general(0x8D, destination, address)
  }

  // MARK: Arithmetic

  package mutating func apply(
    _ operation: GeneralOperation, _ destination: GeneralRegister, _ source: GeneralRegister
  ) {
    list("\(operation.name) \(destination), \(source)")
    general(operation.rawValue << 3 | 1, source.rawValue, destination)
  }

  package mutating func apply(
    _ operation: GeneralOperation, _ destination: GeneralRegister, _ value: Int32
  ) {
    list("\(operation.name) \(destination), \(hexadecimal(Int(value)))")
    if let short = Int8(exactly: value) {
      general(0x83, operation.rawValue, destination)
      byte(UInt8(bitPattern: short))
    } else if destination == .rax {
      byte(0x48)
      byte(operation.rawValue << 3 | 5)
      word(UInt32(bitPattern: value))
    } else {
      general(0x81, operation.rawValue, destination)
      word(UInt32(bitPattern: value))
    }
  }

  package mutating func apply(
    _ operation: GeneralOperation, _ destination: GeneralRegister, _ address: Address
  ) {
    list("\(operation.name) \(destination), \(address.text)")
    general(operation.rawValue << 3 | 3, destination, address)
  }

  package mutating func multiply(
    _ destination: GeneralRegister, _ source: GeneralRegister, _ value: Int32
  ) {
    list("imul \(destination), \(source), \(hexadecimal(Int(value)))")
    let short = Int8(exactly: value)
    general(short == nil ? 0x69 : 0x6B, destination.rawValue, source)
    if let short { byte(UInt8(bitPattern: short)) } else { word(UInt32(bitPattern: value)) }
  }

  package mutating func shiftLeft(_ destination: GeneralRegister, _ count: UInt8) {
    precondition((2..<64).contains(count), "a shift by 2 to 63 bits")
    list("shl \(destination), 0x\(String(count, radix: 16))")
    general(0xC1, 4, destination)
    byte(count)
  }

  /// Bits 0 … 7 of a register as a mask of lanes (AVX-512): `kmovw`.
  package mutating func move(_ destination: MaskRegister, _ source: GeneralRegister) {
    list("kmovw k\(destination.number), \(source.name32)")
    if source.isExtended {
      byte(0xC4)
      byte(0xC1)
      byte(0x78)
    } else {
      byte(0xC5)
      byte(0xF8)
    }
    byte(0x92)
    modRM(destination.number, register: source.rawValue)
  }

  // MARK: Control

  package mutating func jump(_ condition: Condition? = nil, to label: Label) {
    list("j\(condition?.suffix ?? "mp") L\(label.number)")
    if let condition {
      byte(0x0F)
      byte(0x80 | condition.rawValue)
    } else {
      byte(0xE9)
    }
    distance(to: label)
  }

  /// The end of a loop: takes one from a counter and goes back until none is left.
  package mutating func countDown(_ register: GeneralRegister, to label: Label) {
    apply(.sub, register, 1)
    jump(.notEqual, to: label)
  }

  package mutating func call(_ target: GeneralRegister) {
    list("call \(target)")
    if target.isExtended { byte(0x41) }
    byte(0xFF)
    modRM(2, register: target.rawValue)
  }

  package mutating func push(_ register: GeneralRegister) {
    list("push \(register)")
    if register.isExtended { byte(0x41) }
    byte(0x50 | register.low)
  }

  package mutating func pop(_ register: GeneralRegister) {
    list("pop \(register)")
    if register.isExtended { byte(0x41) }
    byte(0x58 | register.low)
  }

  /// Brings a line of the cache near, to be read or to be written.
  package mutating func prefetch(_ address: Address, toWrite: Bool = false) {
    list("\(toWrite ? "prefetchw" : "prefetcht0") \(address.text)")
    let (x, b) = address.extensions
    if x || b { byte(0x40 | (x ? 2 : 0) | (b ? 1 : 0)) }
    byte(0x0F)
    byte(toWrite ? 0x0D : 0x18)
    modRM(1, address)
  }

  package mutating func emit(_ instruction: PlainInstruction) {
    list(instruction.rawValue)
    for code in instruction.bytes { byte(code) }
  }

  // MARK: Encoding

  /// REX.W, opcode, ModRM: `0100 1 R X B`.
  private mutating func general(_ opcode: UInt8, _ reg: UInt8, _ rm: GeneralRegister) {
    byte(0x48 | (reg >= 8 ? 4 : 0) | (rm.isExtended ? 1 : 0))
    byte(opcode)
    modRM(reg, register: rm.rawValue)
  }

  private mutating func general(
    _ opcode: UInt8, _ reg: GeneralRegister, _ address: Address
  ) {
    let (x, b) = address.extensions
    byte(0x48 | (reg.isExtended ? 4 : 0) | (x ? 2 : 0) | (b ? 1 : 0))
    byte(opcode)
    modRM(reg.rawValue, address)
  }
}

/// Instructions without operands.
package enum PlainInstruction: String, CaseIterable, Hashable, Sendable {
  case ret, vzeroupper, cpuid, xgetbv

  var bytes: [UInt8] {
    switch self {
    case .ret: [0xC3]
    case .vzeroupper: [0xC5, 0xF8, 0x77]
    case .cpuid: [0x0F, 0xA2]
    case .xgetbv: [0x0F, 0x01, 0xD0]
    }
  }
}

extension GeneralRegister {
  /// The lower 32 bits.
  fileprivate var name32: String { isExtended ? "\(self)d" : "e" + description.dropFirst() }
}

/// In two's complement, as disassemblers write numbers.
private func hexadecimal(_ value: Int) -> String {
  "0x" + String(UInt(bitPattern: value), radix: 16)
}
