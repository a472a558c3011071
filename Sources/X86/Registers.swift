/// A general-purpose register, 64 bits wide.
package enum GeneralRegister: UInt8, CaseIterable, Hashable, Sendable, CustomStringConvertible {
  case rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15

  /// Those that a function must give back as it found them (System V ABI, section 3.2.1).
  package static let calleeSaved: [Self] = [.rbx, .rbp, .r12, .r13, .r14, .r15]

  package var description: String {
    [
      "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
      "r13", "r14", "r15",
    ][Int(rawValue)]
  }

  /// The three bits that ModRM and SIB hold.
  var low: UInt8 { rawValue & 7 }
  /// The fourth bit, which a prefix holds.
  var isExtended: Bool { rawValue >= 8 }
}

/// A vector register; 16 to 31 exist under AVX-512 only.
package struct VectorRegister: Hashable, Sendable {
  package let number: UInt8

  package init(_ number: Int) {
    precondition((0..<32).contains(number), "there are 32 vector registers")
    self.number = UInt8(number)
  }

  /// `zmm17`
  func name(_ width: VectorWidth) -> String { width.letter + "mm\(number)" }
}

/// A mask register that predicates a vector instruction, k1 to k7.
package struct MaskRegister: Hashable, Sendable {
  package let number: UInt8

  package init(_ number: Int) {
    precondition((1..<8).contains(number), "k1 to k7 predicate; k0 means no mask")
    self.number = UInt8(number)
  }
}

/// How many bits of the vector registers an instruction works on.
package enum VectorWidth: UInt8, CaseIterable, Hashable, Sendable {
  case bits128, bits256, bits512

  package var byteCount: Int { 16 << Int(rawValue) }

  /// Half of it, of what has a half.
  package var half: VectorWidth { self == .bits512 ? .bits256 : .bits128 }

  fileprivate var letter: String { ["x", "y", "z"][Int(rawValue)] }
}
