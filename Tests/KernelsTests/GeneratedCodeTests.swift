import Glibc
import Tensors
import TestSupport
import Testing
import X86

@testable import Kernels

/// Generated tiles keep what the caller wants back: registers, the stack, and how floats round.
struct GeneratedCodeTests {
  /// Without executable memory nothing is generated.
  @Test func refusedCodeLeavesThePortableKernels() {
    #expect(VectorISA.best(whereCodeIsRefused: true) == .portable)
    #expect(
      VectorISA.best(whereCodeIsRefused: false) == VectorISA.allCases.first { $0.isSupported })
  }

  /// What the trampoline reads and writes, in the order of the fields.
  private struct Call: BitwiseCopyable {
    var arguments: UInt = 0
    /// Of the registers that a callee must keep, and of the stack pointer.
    var before = [7 of UInt](repeating: 0)
    var after = [7 of UInt](repeating: 0)
  }

  @Test(arguments: [(VectorISA.avx512, Precision.bf16), (.avx512, .fp32), (.avx2, .fp32)])
  func theCallersStateIsKept(isa: VectorISA, precision: Precision) throws {
    guard isa.isSupported, precision.refusal(isa) == nil else { return }
    var random = RandomNumbers(seed: 5)
    let half = 1 << 23
    let memory = try AnonymousPages(bytes: 2 * half)
    let results = try AnonymousPages(bytes: 2 * half)
    var count = 0
    while count < 40 {
      let configuration = RandomConvolution(&random)
      guard let call = configuration.call else { continue }
      let layout = precision.layout(isa)
      guard precision == .fp32 || call.groups == 1 || call.isDepthwise else { continue }
      let arranged = KernelCall(call, inputs: [layout], output: layout)
      for piece in ConvolutionPiece.all(arranged, isa) ?? [] {
        let tiling = DirectTiling(piece.geometry)
        let kind = tiling.passes[0].kind
        for segment in tiling.segments(kind, tiling.columnBands[0]) {
          let tile = tiling.tile(kind, segment, .none)
          // Every address of a small tile lies less than 4 MiB from the middle.
          var arguments = TileArguments()
          let middle = unsafe Int(bitPattern: memory.floats(at: 0, count: 0).baseAddress!) + half
          let place = unsafe Int(bitPattern: results.floats(at: 0, count: 0).baseAddress!) + half
          (arguments.source, arguments.weights, arguments.bias) = (middle, middle, middle)
          (arguments.masks, arguments.destination) = (middle, place)
          (arguments.tileCount, arguments.lineCount, arguments.rowCount) = (2, 2, 1)
          (arguments.firstCount, arguments.blockCount, arguments.lastCount) = (1, 2, 1)
          (arguments.destinationBlock, arguments.narrowBlock) = (4096, 2048)
          arguments.sums = place
          try expectStateIsKept(tile.code(), &arguments, "\(tile)")
          count += 1
        }
      }
    }
  }

  private func expectStateIsKept(
    _ code: consuming Assembler, _ arguments: inout TileArguments, _ name: String
  ) throws {
    let memory = try ExecutableMemory(Self.trampoline() + code.code())
    var call = Call()
    for index in 0..<6 {
      call.before[index] = UInt(truncatingIfNeeded: 0x1234_5678_9ABC_DEF1 * (index + 1))
    }
    let rounding = fegetround()
    fesetround(FE_UPWARD)
    defer { fesetround(rounding) }
    var (before, after) = (fenv_t(), fenv_t())
    unsafe fegetenv(&before)
    unsafe withUnsafeMutableBytes(of: &arguments) { bytes in
      call.arguments = UInt(bitPattern: bytes.baseAddress)
      unsafe withUnsafeMutableBytes(of: &call) { unsafe memory.call($0.baseAddress!) }
    }
    unsafe fegetenv(&after)
    for index in 0..<7 { #expect(call.before[index] == call.after[index], "\(name)") }
    // The control bits: masks, rounding, and how denormal numbers are taken.
    let control: UInt32 = 0xFFC0
    #expect(before.__mxcsr & control == after.__mxcsr & control, "\(name)")
  }

  /// Puts numbers into the registers, calls what follows it, and writes down what they hold then.
  private static func trampoline() -> [UInt8] {
    var assembler = Assembler()
    let frame = Frame(writing: Set(GeneralRegister.calleeSaved))
    let word = MemoryLayout<UInt>.stride
    func field(_ base: GeneralRegister, _ index: Int) -> Address {
      .based(base, displacement: Int32(index * word))
    }
    assembler.enter(frame)
    // The call's own address lies on the stack meanwhile.
    assembler.push(.rdi)
    for (index, register) in GeneralRegister.calleeSaved.enumerated() {
      assembler.load(register, field(.rdi, 1 + index))
    }
    assembler.store(field(.rdi, 7), .rsp)
    assembler.load(.rdi, field(.rdi, 0))
    let target = assembler.label()
    assembler.effectiveAddress(.rax, .label(target))
    assembler.call(.rax)
    assembler.move(.rax, .rsp)
    assembler.load(.rdi, field(.rsp, 0))
    for (index, register) in GeneralRegister.calleeSaved.enumerated() {
      assembler.store(field(.rdi, 8 + index), register)
    }
    assembler.store(field(.rdi, 14), .rax)
    assembler.pop(.rdi)
    assembler.leave(frame)
    assembler.bind(target)
    return assembler.code()
  }
}
