/// CPUID and XGETBV, which only machine code can ask.
struct ProcessorQuestions: ~Copyable {
  struct Registers: Hashable, Sendable {
    var eax: UInt32 = 0
    var ebx: UInt32 = 0
    var ecx: UInt32 = 0
    var edx: UInt32 = 0
  }

  private let code: ExecutableMemory
  private let stateOffset: Int

  init() throws(ExecutableMemory.Refusal) {
    var assembler = Assembler()
    Self.cpuid(&assembler)
    stateOffset = assembler.count
    Self.xgetbv(&assembler)
    code = try ExecutableMemory(assembler.code())
  }

  func cpuid(_ leaf: UInt32, _ subleaf: UInt32 = 0) -> Registers {
    let answer = ask(at: 0, leaf, subleaf)
    return Registers(eax: answer[0], ebx: answer[1], ecx: answer[2], edx: answer[3])
  }

  /// XCR0. Only where CPUID reports OSXSAVE.
  func enabledState() -> UInt64 {
    let answer = ask(at: stateOffset, 0, 0)
    return UInt64(answer[3]) << 32 | UInt64(answer[0])
  }

  /// Four registers of 64 bits: two go in, four come out.
  private func ask(at offset: Int, _ a: UInt32, _ c: UInt32) -> [UInt32] {
    var registers: [UInt64] = [UInt64(a), 0, UInt64(c), 0]
    unsafe registers.withUnsafeMutableBytes { bytes in
      // The code reads and writes these 32 bytes only.
      unsafe code.call(at: offset, bytes.baseAddress!)
    }
    return registers.map { UInt32(truncatingIfNeeded: $0) }
  }

  private static let places: [(register: GeneralRegister, offset: Int32)] = [
    (.rax, 0), (.rbx, 8), (.rcx, 16), (.rdx, 24),
  ]

  private static func cpuid(_ assembler: inout Assembler) {
    assembler.push(.rbx)
    assembler.load(.rax, .based(.rdi))
    assembler.load(.rcx, .based(.rdi, displacement: 16))
    assembler.emit(.cpuid)
    for (register, offset) in places {
      assembler.store(.based(.rdi, displacement: offset), register)
    }
    assembler.pop(.rbx)
    assembler.emit(.ret)
  }

  private static func xgetbv(_ assembler: inout Assembler) {
    assembler.load(.rcx, .based(.rdi, displacement: 16))
    assembler.emit(.xgetbv)
    for (register, offset) in places where register != .rbx {
      assembler.store(.based(.rdi, displacement: offset), register)
    }
    assembler.emit(.ret)
  }
}
