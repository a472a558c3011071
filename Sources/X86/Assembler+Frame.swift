/// The beginning and end of a function under the System V ABI.
///
/// Generated functions call nothing and keep nothing on the stack but registers that the caller
/// wants back, so the stack needs no alignment.
package struct Frame: Hashable, Sendable {
  let saved: [GeneralRegister]

  /// A frame for a function that writes these registers, in any order.
  package init(writing registers: Set<GeneralRegister>) {
    saved = GeneralRegister.calleeSaved.filter(registers.contains)
  }
}

extension Assembler {
  package mutating func enter(_ frame: Frame) {
    for register in frame.saved { push(register) }
  }

  /// Gives the registers back and returns; the upper halves of the vector registers are cleared,
  /// which code of the other encoding would pay for.
  package mutating func leave(_ frame: Frame) {
    for register in frame.saved.reversed() { pop(register) }
    emit(.vzeroupper)
    emit(.ret)
  }
}
