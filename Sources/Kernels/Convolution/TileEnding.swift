import Tensors
import X86

/// What is done to complete sums in registers, before they are stored.
struct TileEnding: Hashable, Sendable {
  /// Nil where sums are stored as they are.
  private(set) var program: VectorProgram?
  /// Whether an input of the epilogue is a map; the others are a number a channel.
  private(set) var mapInputs: [Bool] = []
  /// Vector registers that tiles leave it.
  private(set) var temporaries = 0

  /// Inputs that may be written over, each cell by the result of that cell: those that are maps,
  /// but for what the second result reads after the first is stored.
  var overwritable: [Int] {
    let late = Set((program?.second ?? []).compactMap(\.operand))
    return mapInputs.indices.filter { mapInputs[$0] && !late.contains(.input($0)) }
  }

  static let none = TileEnding()

  private init() {}

  /// Nil where the epilogue does not fit into what tiles leave; portable tiles leave nothing.
  init?(_ epilogue: Epilogue, of output: Shape, _ isa: VectorISA) {
    guard !epilogue.isEmpty else { return }
    let most = TileEndingEmitter.addresses.count
    guard isa.isGenerated, epilogue.inputs.count <= most else { return nil }
    mapInputs = epilogue.inputs.map { $0.h == output.h && $0.w == output.w }
    for temporaries in Self.sizes(isa) {
      guard let program = try? VectorProgram(epilogue, isa: isa, temporaries: temporaries) else {
        continue
      }
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
  private var steps: VectorEmitter

  init(_ program: VectorProgram, _ form: TileForm) {
    self.program = program
    inputs = program.inputs.sorted()
    mapInputs = form.ending.mapInputs
    let first = form.isa.registerCount - form.ending.temporaries
    steps = VectorEmitter(
      program, temporaries: (first..<form.isa.registerCount).map { VectorRegister($0) })
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
          emitter.assembler.apply(.add, base, emitter.argument(\.destinationBlock))
        }
      }
      for position in 0..<form.positions {
        let maps = bases.mapValues { emitter.cell($0, position) }
        let channels = bases.mapValues {
          Address.at($0, block * form.vectorBytes)
        }
        let mapInputs = mapInputs
        steps.apply(
          second: second, to: emitter.sum(position, block),
          constants: Address.at(Self.table, block * program.bytesPerBlock),
          input: { input in
            guard let address = mapInputs[input] ? maps[input] : channels[input] else {
              preconditionFailure("the program's inputs are those that it reads")
            }
            return address
          }, &emitter.assembler)
      }
    }
  }
}
