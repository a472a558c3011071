import X86

/// The function that computes cells of one block, and what it is generated from.
struct PointwiseCode: Hashable, Sendable {
  let program: VectorProgram
  let inputs: [PointwiseForm.Input]
  /// Whether it goes on from what the destination holds.
  let readsResult: Bool

  /// Inputs that are read, in the order of their pointers.
  let read: [Int]

  static let cache = CodeCache<PointwiseCode>()

  /// With so many registers beside the value's, or all that there are.
  init(
    _ form: PointwiseForm, isa: VectorISA, temporaries: Int? = nil
  ) throws(VectorProgram.Refusal) {
    let repeated = form.inputs.indices.filter { !form.inputs[$0].hasChannels }
    program = try VectorProgram(
      form.program, second: form.second, isa: isa,
      temporaries: temporaries ?? isa.registerCount - 1,
      repeated: Set(repeated))
    inputs = form.inputs
    readsResult = form.program.lastReaders[.start] != nil
    read = program.inputs.sorted()
    let most = min(Self.pointers.count - 3, PointwiseArguments.mostInputs)
    guard read.count <= most else {
      throw VectorProgram.Refusal(reason: "it reads \(read.count) maps, not at most \(most)")
    }
  }

  static let pointers: [GeneralRegister] = [
    .rsi, .rdx, .r8, .r9, .r10, .rbx, .rbp, .r12, .r13, .r14, .r15,
  ]

  func code(isListed: Bool = false) -> Assembler {
    var generator = Generator(code: self, assembler: Assembler(isListed: isListed))
    generator.emit()
    return generator.assembler
  }
}

/// What the function is called with, a word each.
struct PointwiseArguments: BitwiseCopyable {
  static let mostInputs = 8

  /// destination, second result, table of constants, number of cells, inputs that are read
  var words = InlineArray<12, UInt>(repeating: 0)

  static let destination = 0
  static let second = 1
  static let constants = 2
  static let cells = 3
  static let firstInput = 4
}

/// Registers of the function, and the function itself.
private struct Generator {
  let code: PointwiseCode
  var assembler: Assembler
  private var emitter: VectorEmitter

  private let arguments = GeneralRegister.rdi
  /// Bytes from the first cell, in maps with lanes and in maps with one float a cell.
  private let offset = GeneralRegister.rax
  private let cellOffset = GeneralRegister.r11
  private let cellsLeft = GeneralRegister.rcx
  private let value = VectorRegister(0)

  init(code: PointwiseCode, assembler: Assembler) {
    self.code = code
    self.assembler = assembler
    let isa = code.program.isa
    emitter = VectorEmitter(
      code.program, temporaries: (1..<isa.registerCount).map { VectorRegister($0) })
  }

  private var bytes: Int { code.program.isa.width.byteCount }
  private var destination: GeneralRegister { PointwiseCode.pointers[0] }
  private var second: GeneralRegister { PointwiseCode.pointers[1] }
  private var constants: GeneralRegister { PointwiseCode.pointers[2] }
  private func pointer(_ place: Int) -> GeneralRegister { PointwiseCode.pointers[3 + place] }

  mutating func emit() {
    let frame = Frame(writing: Set(PointwiseCode.pointers[..<(3 + code.read.count)]))
    assembler.enter(frame)
    load(destination, PointwiseArguments.destination)
    load(second, PointwiseArguments.second)
    load(constants, PointwiseArguments.constants)
    load(cellsLeft, PointwiseArguments.cells)
    for place in code.read.indices {
      load(pointer(place), PointwiseArguments.firstInput + place)
    }
    assembler.move(offset, 0)
    assembler.move(cellOffset, 0)
    emitter.begin(&assembler)
    let (rest, end) = (assembler.label(), assembler.label())
    let together = 4
    assembler.apply(.sub, cellsLeft, Int32(together))
    assembler.jump(.less, to: rest)
    let top = assembler.here()
    cells(together)
    assembler.apply(.sub, cellsLeft, Int32(together))
    assembler.jump(.greaterOrEqual, to: top)
    assembler.bind(rest)
    assembler.apply(.add, cellsLeft, Int32(together))
    assembler.jump(.equal, to: end)
    let one = assembler.here()
    cells(1)
    assembler.countDown(cellsLeft, to: one)
    assembler.bind(end)
    assembler.leave(frame)
    emitter.finish(&assembler)
  }

  private mutating func cells(_ count: Int) {
    for index in 0..<count { cell(index) }
    assembler.apply(.add, offset, Int32(count * bytes))
    assembler.apply(.add, cellOffset, Int32(count * MemoryLayout<Float>.stride))
  }

  private mutating func cell(_ index: Int) {
    let width = code.program.isa.width
    let result = map(destination, index)
    if code.readsResult {
      assembler.vector(.vmovups, value, .memory(result), width: width)
    }
    apply(second: false, index)
    assembler.store(.vmovupsStore, .memory(result), value, width: width)
    guard code.program.second != nil else { return }
    apply(second: true, index)
    assembler.store(.vmovupsStore, .memory(map(second, index)), value, width: width)
  }

  private mutating func apply(second: Bool, _ index: Int) {
    let (code, this) = (code, self)
    emitter.apply(
      second: second, to: value, constants: .based(constants),
      input: { input in
        guard let place = code.read.firstIndex(of: input) else {
          preconditionFailure("what is read has a pointer")
        }
        let base = this.pointer(place)
        return switch code.inputs[input] {
        case .map: this.map(base, index)
        case .channel: .based(base)
        case .cell:
          .based(
            base, index: .init(this.cellOffset),
            displacement: Int32(index * MemoryLayout<Float>.stride))
        }
      }, &assembler)
  }

  private func map(_ base: GeneralRegister, _ index: Int) -> Address {
    .based(base, index: .init(offset), displacement: Int32(index * bytes))
  }

  private mutating func load(_ register: GeneralRegister, _ word: Int) {
    assembler.load(
      register, .based(arguments, displacement: Int32(word * MemoryLayout<UInt>.stride)))
  }
}
