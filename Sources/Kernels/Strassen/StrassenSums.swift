import X86

/// The code that makes an operand of a product: of every position and block of channels a copy, or
/// the sum or difference of two cells.
struct StrassenSums: Hashable, Sendable {
  enum Form: Int, Hashable, Sendable, CaseIterable { case copy, sum, difference }

  let isa: VectorISA
  let form: Form

  struct Arguments: BitwiseCopyable {
    /// The first cells; the second one is not read where there is nothing to add.
    var first = 0
    var second = 0
    var destination = 0
    /// Bytes from one block of channels to the next.
    var firstBlock = 0
    var secondBlock = 0
    var destinationBlock = 0
    var blockCount = 0
    /// Positions side by side.
    var count = 0
  }

  func code(isListed: Bool = false) -> Assembler {
    var assembler = Assembler(isListed: isListed)
    let blocks: [GeneralRegister] = [.rsi, .rdx, .rcx]
    let steps: [GeneralRegister] = [.r8, .r9, .r10]
    let cells: [GeneralRegister] = [.r12, .r13, .r14]
    let (blocksLeft, count, left) = (GeneralRegister.r11, GeneralRegister.rbx, GeneralRegister.rax)
    let frame = Frame(writing: [.rbx, .r12, .r13, .r14])
    assembler.enter(frame)
    for (index, register) in (blocks + steps + [blocksLeft, count]).enumerated() {
      assembler.load(register, .at(.rdi, index * MemoryLayout<Int>.stride))
    }
    let block = assembler.here()
    for (cell, block) in zip(cells, blocks) { assembler.move(cell, block) }
    assembler.move(left, count)
    let position = assembler.here()
    let (value, width) = (VectorRegister(0), isa.width)
    assembler.vector(.vmovups, value, .memory(.based(cells[0])), width: width)
    // The next block is fetched meanwhile.
    assembler.prefetch(.based(cells[0], index: .init(steps[0])))
    if form != .copy {
      assembler.vector(
        form == .sum ? .vaddps : .vsubps, value, value, .memory(.based(cells[1])), width: width)
      assembler.prefetch(.based(cells[1], index: .init(steps[1])))
    }
    assembler.store(.vmovupsStore, .memory(.based(cells[2])), value, width: width)
    for cell in cells { assembler.apply(.add, cell, Int32(width.byteCount)) }
    assembler.countDown(left, to: position)
    for (block, step) in zip(blocks, steps) { assembler.apply(.add, block, step) }
    assembler.countDown(blocksLeft, to: block)
    assembler.leave(frame)
    return assembler
  }
}
