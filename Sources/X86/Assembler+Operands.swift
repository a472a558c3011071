extension Assembler {
  /// ModRM with two registers: `11 reg rm`.
  mutating func modRM(_ reg: UInt8, register rm: UInt8) {
    byte(0b1100_0000 | (reg & 7) << 3 | (rm & 7))
  }

  /// ModRM, SIB and displacement of an address (Intel SDM, volume 2, tables 2-2 and 2-3).
  ///
  ///     mod reg rm   [scale index base]   [disp8 or disp32]
  ///
  /// A displacement of 8 bits counts in `unit` bytes. `trailing` bytes of the instruction follow.
  mutating func modRM(_ reg: UInt8, _ address: Address, unit: Int = 1, trailing: Int = 0) {
    let reg = (reg & 7) << 3
    switch address {
    case .label(let label):
      byte(reg | 0b101)
      distance(to: label, trailing: trailing)
    case .based(let base, let index, let displacement):
      let short = Self.short(displacement, unit: unit)
      // Base 101 without a displacement would mean another thing.
      let mode: UInt8 = displacement == 0 && base.low != 0b101 ? 0 : short != nil ? 1 : 2
      if index != nil || base.low == 0b100 {
        byte(mode << 6 | reg | 0b100)
        let scale = (index?.scale.rawValue ?? 0) << 6
        byte(scale | (index?.register.low ?? 0b100) << 3 | base.low)
      } else {
        byte(mode << 6 | reg | base.low)
      }
      switch mode {
      case 0: break
      case 1: byte(UInt8(bitPattern: short ?? 0))
      default: word(UInt32(bitPattern: displacement))
      }
    }
  }

  /// A displacement in units, where it is a multiple of them and fits 8 bits.
  private static func short(_ displacement: Int32, unit: Int) -> Int8? {
    let (quotient, remainder) = Int(displacement).quotientAndRemainder(dividingBy: unit)
    return remainder == 0 ? Int8(exactly: quotient) : nil
  }
}

extension Address {
  /// The fourth bits of index and base, which a prefix holds.
  var extensions: (x: Bool, b: Bool) {
    guard case .based(let base, let index, _) = self else { return (false, false) }
    return (index?.register.isExtended ?? false, base.isExtended)
  }
}
