import X86

extension Assembler {
  /// Bfloat16 numbers of memory as floats, whose upper halves they are.
  mutating func widen(_ register: VectorRegister, _ address: Address, width: VectorWidth) {
    vector(.vpmovzxwd, register, .memory(address), width: width)
    vector(.vpslld, register, .register(register), width: width, immediate: 16)
  }
}
