import Tensors
import X86

/// What is done to complete sums in registers, before they are stored.
struct TileEnding: Hashable, Sendable {
  /// Nil where sums are stored as they are.
  private(set) var program: VectorProgram?
  /// Whether an input of the epilogue is a map; the others are a number a channel.
  private(set) var mapInputs: [Bool] = []
  /// What the inputs are made of.
  private(set) var inputNumbers: [Precision] = []
  /// Vector registers that tiles leave it: the program's, and one for each input that is widened.
  private(set) var temporaries = 0

  /// Inputs that may be written over, each cell by the result of that cell: those that are maps,
  /// but for what the second result reads after the first is stored.
  var overwritable: [Int] {
    let late = Set((program?.second ?? []).compactMap(\.operand))
    return mapInputs.indices.filter { mapInputs[$0] && !late.contains(.input($0)) }
  }

  static let none = TileEnding()

  private init() {}

  /// Nil where the epilogue does not fit into what tiles leave; portable tiles leave nothing. Inputs
  /// are of floats where nothing is said of them.
  init?(
    _ epilogue: Epilogue, of output: Shape, _ isa: VectorISA, inputs: [Precision]? = nil
  ) {
    guard !epilogue.isEmpty else { return }
    let most = TileEndingEmitter.addresses.count
    guard isa.isGenerated, epilogue.inputs.count <= most else { return nil }
    mapInputs = epilogue.inputs.map { $0.h == output.h && $0.w == output.w }
    inputNumbers = inputs ?? epilogue.inputs.map { _ in .fp32 }
    let widened = inputNumbers.count { $0 == .bf16 }
    for temporaries in Self.sizes(isa) {
      guard
        let program = try? VectorProgram(
          epilogue, isa: isa, temporaries: temporaries - widened)
      else { continue }
      self.program = program
      self.temporaries = temporaries
      return
    }
    return nil
  }

  /// Registers that the largest tiles leave anyhow, and what is worth smaller ones.
  private static func sizes(_ isa: VectorISA) -> [Int] { isa == .avx512 ? [4, 8] : [4, 6] }
}

/// Writes what is done to complete sums, and stores them.
struct TileEndingEmitter {
  /// Where the inputs' addresses are kept.
  static let addresses = Array(TileEmitter.free[1...8])
  private static let table = TileEmitter.free[9]

  private let program: VectorProgram
  private let inputs: [Int]
  private let mapInputs: [Bool]
  private let numbers: [Precision]
  /// Where inputs are widened.
  private var widened: [Int: VectorRegister] = [:]
  private var steps: VectorEmitter

  init(_ program: VectorProgram, _ form: TileForm) {
    self.program = program
    inputs = program.inputs.sorted()
    mapInputs = form.ending.mapInputs
    numbers = form.ending.inputNumbers
    let first = form.isa.registerCount - form.ending.temporaries
    var registers = (first..<form.isa.registerCount).map { VectorRegister($0) }
    for input in inputs where numbers[input] == .bf16 { widened[input] = registers.removeLast() }
    steps = VectorEmitter(program, temporaries: registers)
  }

  mutating func emit(_ emitter: inout TileEmitter) {
    apply(second: false, &emitter)
    emitter.store(\.destination)
    guard program.second != nil else { return }
    apply(second: true, &emitter)
    emitter.store(\.second)
  }

  /// After the last instruction of the function.
  mutating func finish(_ assembler: inout Assembler) { steps.finish(&assembler) }

  private mutating func apply(second: Bool, _ emitter: inout TileEmitter) {
    let form = emitter.form
    let read = program.inputs(second: second)
    var bases: [Int: GeneralRegister] = [:]
    emitter.load(Self.table, \.inputs)
    for (register, input) in zip(Self.addresses, inputs) {
      let field = Address.at(Self.table, input * MemoryLayout<Int>.stride)
      emitter.assembler.load(register, field)
      bases[input] = register
    }
    emitter.load(Self.table, \.parameters)
    steps.begin(&emitter.assembler)
    for block in 0..<form.blocks {
      if block > 0 {
        for (input, base) in bases.sorted(by: { $0.key < $1.key }) where mapInputs[input] {
          emitter.nextBlock(base, numbers[input])
        }
      }
      for position in 0..<form.positions {
        var places: [Int: Address] = [:]
        for (input, base) in bases {
          places[input] =
            mapInputs[input]
            ? emitter.cell(base, position, numbers[input])
            : .at(base, block * form.isa.lanes * numbers[input].byteCount)
        }
        for (input, register) in widened.sorted(by: { $0.key < $1.key }) where read.contains(input)
        {
          guard let place = places[input] else { continue }
          emitter.assembler.widen(register, place, width: emitter.width)
        }
        steps.apply(
          second: second, to: emitter.sum(position, block),
          constants: Address.at(Self.table, block * program.bytesPerBlock), widened: widened,
          input: { [places] input in
            guard let address = places[input] else {
              preconditionFailure("the program's inputs are those that it reads")
            }
            return address
          }, &emitter.assembler)
      }
    }
  }
}
