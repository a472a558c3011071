import X86

/// The code that makes the results of tiles side by side from their points, Aᵀ m A, completes and
/// stores them.
struct OutputTransform: Hashable, Sendable {
  let isa: VectorISA
  let algorithm: WinogradAlgorithm
  /// Results that lie in the map.
  let rows: Int
  let columns: Int
  /// Bytes from one point and one block of channels to the next.
  let pointStep: Int
  let sourceBlock: Int
  /// Bytes of the map from one row, column and block of the tile to the next, as if it were of floats.
  let rowStep: Int
  let columnStep: Int
  let destinationBlock: Int
  let ending: TileEnding
  /// Of the map, and of the second result.
  let numbers: Precision

  /// Bytes of a number in the map that places are counted in: the narrowest.
  var placeBytes: Int { TileForm.placeBytes(numbers, ending) }

  /// Inputs of the ending that there are registers for.
  static let mostInputs = 6

  struct Arguments: BitwiseCopyable {
    /// The first point of the first tile, in the first block.
    var source = 0
    /// Bytes from the beginning of the narrowest map to the first result of the first tile.
    var place = 0
    var blockCount = 0
    var tileCount = 0
    /// A vector a block, added to every result.
    var bias = 0
    /// The map, and the second result's.
    var destination = 0
    var second = 0
    /// The ending's constants.
    var parameters = 0
    /// The maps, or the vectors of channels, that the ending reads, in the order of their numbers.
    var inputs = InlineArray<6, Int>(repeating: 0)
  }

  func code(isListed: Bool = false) -> Assembler {
    var writer = OutputWriter(self, isListed: isListed)
    writer.write()
    return writer.emitter.assembler
  }
}

/// Writes the function, a row of results at a time.
private struct OutputWriter {
  let transform: OutputTransform
  var emitter: TransformEmitter
  private var steps: VectorEmitter?

  private let source = GeneralRegister.rsi
  private let bias = GeneralRegister.rdx
  private let destination = GeneralRegister.rcx
  private let second = GeneralRegister.r8
  private let table = GeneralRegister.r9
  private let place = GeneralRegister.r10
  private let tilesLeft = GeneralRegister.rax
  /// Bytes from the first vector of channels, in the narrowest numbers too.
  private let channels = GeneralRegister.r11
  private let inputs: [GeneralRegister] = [.rbx, .rbp, .r12, .r13, .r14, .r15]
  /// The ending's inputs that are read, in the order of their registers.
  private let read: [Int]
  /// Where those of bfloat16 numbers are widened.
  private var widened: [Int: VectorRegister] = [:]

  init(_ transform: OutputTransform, isListed: Bool) {
    let (isa, ending) = (transform.isa, transform.ending)
    self.transform = transform
    emitter = TransformEmitter(isa, spare: ending.temporaries, isListed: isListed)
    read = ending.program?.inputs.sorted() ?? []
    let first = isa.registerCount - ending.temporaries
    var registers = (first..<isa.registerCount).map { VectorRegister($0) }
    for input in read where ending.inputNumbers[input] == .bf16 {
      widened[input] = registers.removeLast()
    }
    steps = ending.program.map { [registers] in VectorEmitter($0, temporaries: registers) }
  }

  private var algorithm: WinogradAlgorithm { transform.algorithm }
  private var points: Range<Int> { 0..<algorithm.points }

  mutating func write() {
    let frame = Frame(writing: Set(inputs.prefix(read.count)))
    emitter.assembler.enter(frame)
    let words = zip([bias, destination, second, table] + inputs.prefix(read.count), Word.fixed)
    for (register, word) in words { load(register, word) }
    emitter.assembler.move(channels, 0)
    emitter.begin(algorithm.output)
    steps?.begin(&emitter.assembler)
    let block = emitter.assembler.here()
    load(source, Word.source)
    load(place, Word.place)
    load(tilesLeft, Word.tileCount)
    let tile = emitter.assembler.here()
    for row in 0..<transform.rows { write(row: row) }
    emitter.assembler.apply(.add, source, Int32(emitter.vectorBytes))
    let (tileStep, placeBytes) = (algorithm.results * transform.columnStep, transform.placeBytes)
    emitter.assembler.apply(.add, place, Int32(tileStep * placeBytes / 4))
    emitter.assembler.countDown(tilesLeft, to: tile)
    emitter.assembler.apply(.add, channels, Int32(emitter.vectorBytes * placeBytes / 4))
    if let program = transform.ending.program, program.bytesPerBlock > 0 {
      emitter.assembler.apply(.add, table, Int32(program.bytesPerBlock))
    }
    for (word, step) in [
      (Word.source, transform.sourceBlock),
      (Word.place, transform.destinationBlock * placeBytes / 4), (Word.blockCount, -1),
    ] {
      load(tilesLeft, word)
      emitter.assembler.apply(.add, tilesLeft, Int32(step))
      emitter.assembler.store(at(word), tilesLeft)
    }
    emitter.assembler.apply(.cmp, tilesLeft, 0)
    emitter.assembler.jump(.notEqual, to: block)
    emitter.assembler.leave(frame)
    emitter.finish()
    steps?.finish(&emitter.assembler)
  }

  /// Where the arguments lie, in words.
  private enum Word {
    static let source = 0
    static let place = 1
    static let blockCount = 2
    static let tileCount = 3
    /// Those that stay in registers.
    static let fixed = 4...
  }

  private func at(_ word: Int) -> Address {
    .at(.rdi, word * MemoryLayout<Int>.stride)
  }

  private mutating func load(_ register: GeneralRegister, _ word: Int) {
    emitter.assembler.load(register, at(word))
  }

  private mutating func write(row: Int) {
    var values: [VectorRegister?] = points.map { column in self.column(row, column) }
    for (first, second) in algorithm.pairs {
      (values[first], values[second]) = emitter.butterfly(values[first], values[second])
    }
    for column in 0..<transform.columns {
      let factors = algorithm.output[column]
      var terms = [0, algorithm.points - 1].map { (factors[$0], operand(values[$0])) }
      for (first, second) in algorithm.pairs {
        terms.append(((factors[first] + factors[second]) / 2, operand(values[first])))
        terms.append(((factors[first] - factors[second]) / 2, operand(values[second])))
      }
      guard let result = emitter.sum(terms) else {
        preconditionFailure("every result reads a point")
      }
      emitter.vector(.vaddps, result, result, .memory(vector(bias, .fp32)))
      complete(result, row * transform.rowStep + column * transform.columnStep)
      emitter.give(result)
    }
    for value in values { emitter.give(value) }
  }

  private func operand(_ register: VectorRegister?) -> VectorOperand? {
    register.map { .register($0) }
  }

  /// One number of Aᵀ m: the points of a column with their factors.
  private mutating func column(_ row: Int, _ column: Int) -> VectorRegister? {
    let factors = algorithm.output[row]
    func point(_ index: Int) -> VectorOperand {
      let distance = (index * algorithm.points + column) * transform.pointStep
      return .memory(.at(source, distance))
    }
    var terms = [0, algorithm.points - 1].map { (factors[$0], Optional(point($0))) }
    var held: [VectorRegister?] = []
    for (first, second) in algorithm.pairs {
      // Points that differ in sign have factors that do, or the same.
      let sign = factors[first] == factors[second] ? 1.0 : -1
      let both = emitter.sum([(1, point(first)), (sign, point(second))])
      terms.append((factors[first], operand(both)))
      held.append(both)
    }
    let sum = emitter.sum(terms)
    for register in held { emitter.give(register) }
    return sum
  }

  /// What follows the sum, up to the map.
  private mutating func complete(_ result: VectorRegister, _ distance: Int) {
    apply(second: false, result, distance)
    store(result, map(destination, distance, transform.numbers))
    guard transform.ending.program?.second != nil else { return }
    apply(second: true, result, distance)
    store(result, map(second, distance, transform.numbers))
  }

  private mutating func store(_ result: VectorRegister, _ address: Address) {
    switch transform.numbers {
    case .fp32: emitter.store(result, address)
    case .bf16: emitter.storeRounded(result, address)
    }
  }

  private mutating func apply(second: Bool, _ result: VectorRegister, _ distance: Int) {
    guard let program = transform.ending.program else { return }
    let inputs = program.inputs(second: second)
    for (input, register) in widened.sorted(by: { $0.key < $1.key }) where inputs.contains(input) {
      emitter.assembler.widen(
        register, place(of: input, distance), width: emitter.isa.width)
    }
    let this = self
    steps?.apply(
      second: second, to: result, constants: .based(table), widened: widened,
      input: { this.place(of: $0, distance) }, &emitter.assembler)
  }

  /// Where an input of the ending lies.
  private func place(of input: Int, _ distance: Int) -> Address {
    guard let index = read.firstIndex(of: input) else {
      preconditionFailure("the program's inputs are those that it reads")
    }
    let (ending, base) = (transform.ending, inputs[index])
    let numbers = ending.inputNumbers[input]
    return ending.mapInputs[input] ? map(base, distance, numbers) : vector(base, numbers)
  }

  private func map(
    _ base: GeneralRegister, _ distance: Int, _ numbers: Precision
  ) -> Address {
    let displacement = Int32(distance * numbers.byteCount / 4)
    return .based(base, index: index(place, numbers), displacement: displacement)
  }

  /// The block's vector of a number a channel.
  private func vector(_ base: GeneralRegister, _ numbers: Precision) -> Address {
    .based(base, index: index(channels, numbers))
  }

  private func index(_ register: GeneralRegister, _ numbers: Precision) -> Address.Index {
    .init(register, numbers.byteCount > transform.placeBytes ? .two : .one)
  }
}
