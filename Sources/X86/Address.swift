/// A place in memory: base + index · scale + displacement, or a label of the code itself.
package enum Address: Hashable, Sendable {
  case based(GeneralRegister, index: Index? = nil, displacement: Int32 = 0)
  /// The bytes at a label, relative to the instruction pointer.
  case label(Label)

  package struct Index: Hashable, Sendable {
    package enum Scale: UInt8, CaseIterable, Hashable, Sendable {
      case one, two, four, eight
    }

    let register: GeneralRegister
    let scale: Scale

    /// Any register but rsp, whose number means "no index".
    package init(_ register: GeneralRegister, _ scale: Scale = .one) {
      precondition(register != .rsp, "rsp cannot be an index")
      self.register = register
      self.scale = scale
    }
  }

  /// The place so many bytes from where a register points.
  package static func at(_ base: GeneralRegister, _ offset: Int) -> Address {
    .based(base, displacement: Int32(offset))
  }

  /// The place so many bytes on; not of a label.
  package func advanced(by bytes: Int) -> Address {
    guard case .based(let base, let index, let displacement) = self else {
      preconditionFailure("a label stands for one place")
    }
    return .based(base, index: index, displacement: displacement + Int32(bytes))
  }

  /// As a disassembler writes it in Intel's syntax.
  var text: String {
    switch self {
    case .label(let label): return "[rip+L\(label.number)]"
    case .based(let base, let index, let displacement):
      var text = "[\(base)"
      if let index { text += "+\(index.register)*\(1 << index.scale.rawValue)" }
      if displacement != 0 {
        text += (displacement < 0 ? "-0x" : "+0x") + String(displacement.magnitude, radix: 16)
      }
      return text + "]"
    }
  }
}

/// The last operand of a vector instruction.
package enum VectorOperand: Hashable, Sendable {
  case register(VectorRegister)
  case memory(Address)
  /// One element of memory in every lane (AVX-512).
  case broadcast(Address)

  /// Whether only EVEX can encode it.
  var needsEVEX: Bool {
    switch self {
    case .register(let register): register.number >= 16
    case .memory: false
    case .broadcast: true
    }
  }
}

/// A place in the code, bound once and referred to any number of times.
package struct Label: Hashable, Sendable {
  let number: Int
}
