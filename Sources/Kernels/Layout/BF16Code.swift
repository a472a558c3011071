import X86

/// Generated code that turns cells of 16 floats into bfloat16 numbers, and back.
struct BF16Code: Sendable {
  /// What a conversion is run with.
  private struct Arguments: BitwiseCopyable {
    var source: Int
    var destination: Int
    var cells: Int
  }

  /// Nil where the processor has no AVX512_BF16, or the system gives no executable memory.
  static let shared = BF16Code()

  private let narrowing: KernelCode
  private let widening: KernelCode

  private init?() {
    guard ProcessorFeatures.current.contains([.avx512, .avx512BF16]),
      let narrowing = try? KernelCode(Self.code(narrows: true)),
      let widening = try? KernelCode(Self.code(narrows: false))
    else { return nil }
    (self.narrowing, self.widening) = (narrowing, widening)
  }

  /// Rounds `count` cells to nearest even; the code takes denormal numbers for zero.
  @unsafe static func narrow(
    _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
  ) {
    guard let shared else {
      return unsafe FloatCells<SIMD16<Float>>.convert(
        source, into: target, as: BF16Cells.self, count: count)
    }
    unsafe run(shared.narrowing, source, target, count)
  }

  @unsafe static func widen(
    _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
  ) {
    guard let shared else {
      return unsafe BF16Cells.convert(
        source, into: target, as: FloatCells<SIMD16<Float>>.self, count: count)
    }
    unsafe run(shared.widening, source, target, count)
  }

  /// Both sides hold `count` cells.
  @unsafe private static func run(
    _ code: KernelCode, _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>,
    _ count: Int
  ) {
    guard count > 0 else { return }
    var arguments = Arguments(
      source: Int(bitPattern: source), destination: Int(bitPattern: target),
      cells: count)
    // The code reads one cell and writes one in each of so many rounds.
    unsafe code.run(&arguments)
  }

  private static func code(narrows: Bool) -> Assembler {
    var assembler = Assembler()
    let (source, destination, cells) = (
      GeneralRegister.rsi, GeneralRegister.rdx, GeneralRegister.rcx
    )
    assembler.load(source, .based(.rdi))
    assembler.load(destination, .based(.rdi, displacement: 8))
    assembler.load(cells, .based(.rdi, displacement: 16))
    let (cell, narrow) = (VectorRegister(0), VectorRegister(1))
    let top = assembler.here()
    if narrows {
      assembler.vector(.vcvtneps2bf16, narrow, .memory(.based(source)), width: .bits512)
      assembler.store(.vmovupsStore, .memory(.based(destination)), narrow, width: .bits256)
    } else {
      assembler.vector(.vpmovzxwd, cell, .memory(.based(source)), width: .bits512)
      assembler.vector(.vpslld, cell, .register(cell), width: .bits512, immediate: 16)
      assembler.store(.vmovupsStore, .memory(.based(destination)), cell, width: .bits512)
    }
    assembler.apply(.add, source, narrows ? 64 : 32)
    assembler.apply(.add, destination, narrows ? 32 : 64)
    assembler.countDown(cells, to: top)
    assembler.leave(Frame(writing: []))
    return assembler
  }
}
