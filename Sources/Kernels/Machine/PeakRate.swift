import X86

/// What one core can do at most: products in registers that are added up, nothing else.
package struct PeakRate {
  private static let roundsPerCall = 20_000
  private let isa: VectorISA
  private let code: KernelCode
  private let operationsPerRound: Int

  /// Nil where nothing is generated, or the system gives no executable memory.
  package init?(_ isa: VectorISA, _ precision: Precision = .fp32) {
    guard isa.isGenerated, precision.refusal(isa) == nil else { return nil }
    // More sums than the latency of an operation times the operations a cycle.
    let sums = isa.registerCount - 4
    var assembler = Assembler()
    let (first, second) = (VectorRegister(sums), VectorRegister(sums + 1))
    for register in 0..<isa.registerCount {
      assembler.vector(
        .vsubps, VectorRegister(register), VectorRegister(register),
        .register(VectorRegister(register)), width: isa.width)
    }
    assembler.load(.rax, .based(.rdi))
    let top = assembler.here()
    for sum in 0..<sums {
      assembler.vector(
        precision == .fp32 ? .vfmadd231ps : .vdpbf16ps, VectorRegister(sum), first,
        .register(second), width: isa.width)
    }
    assembler.countDown(.rax, to: top)
    assembler.leave(Frame(writing: []))
    guard let code = try? KernelCode(assembler) else { return nil }
    self.isa = isa
    self.code = code
    // A multiplication and an addition of each number.
    operationsPerRound = sums * isa.width.byteCount / precision.byteCount * 2
  }

  /// Operations of one `run`, a multiplication and an addition being two.
  package var operationCount: Int { Self.roundsPerCall * operationsPerRound }

  package func run() {
    var rounds = Self.roundsPerCall
    // The code reads this one number.
    unsafe code.run(&rounds)
  }
}
