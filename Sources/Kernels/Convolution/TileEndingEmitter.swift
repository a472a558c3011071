import Tensors
import X86

/// Writes what is done to complete sums, in registers, and stores them.
enum TileEndingEmitter {
  /// Whether the ending can be written.
  static func canEmit(_ ending: TileEnding) -> Bool {
    ending.mapInputs.count <= 4
      && (ending.stages + (ending.second ?? [])).allSatisfy { step($0) != nil }
  }

  private enum Step {
    case add(input: Int)
    case maximum(Float)
    case minimum(Float)
  }

  private static func step(_ stage: Scalar) -> [Step]? {
    switch stage {
    case .input(0): []
    case .add(let a, .input(let k)) where k > 0: step(a).map { $0 + [.add(input: k - 1)] }
    case .add(.input(let k), let a) where k > 0: step(a).map { $0 + [.add(input: k - 1)] }
    case .maximum(let a, .constant(let c)): step(a).map { $0 + [.maximum(Float(c))] }
    case .minimum(let a, .constant(let c)): step(a).map { $0 + [.minimum(Float(c))] }
    default: nil
    }
  }

  static func emit(_ emitter: inout TileEmitter) {
    let ending = emitter.form.ending
    apply(ending.stages, &emitter)
    emitter.store(\.destination)
    guard let second = ending.second else { return }
    apply(second, &emitter)
    emitter.store(\.second)
  }

  private static func apply(_ stages: [Scalar], _ emitter: inout TileEmitter) {
    for stage in stages {
      for step in step(stage) ?? [] { apply(step, &emitter) }
    }
  }

  private static func apply(_ step: Step, _ emitter: inout TileEmitter) {
    let form = emitter.form
    switch step {
    case .add(let input):
      let base = TileEmitter.free[0]
      emitter.load(base, \.inputs)
      emitter.assembler.load(base, emitter.at(base, input * MemoryLayout<Int>.stride))
      for block in 0..<form.blocks {
        if block > 0 && form.ending.mapInputs[input] {
          emitter.assembler.apply(.add, base, emitter.argument(\.destinationBlock))
        }
        for position in 0..<form.positions {
          let cell =
            form.ending.mapInputs[input]
            ? emitter.cell(base, position) : emitter.at(base, block * form.vectorBytes)
          let sum = emitter.sum(position, block)
          emitter.vector(.vaddps, sum, sum, .memory(cell))
        }
      }
    case .maximum(let constant): bound(.vmaxps, constant, &emitter)
    case .minimum(let constant): bound(.vminps, constant, &emitter)
    }
  }

  /// The sum is the last operand, which is the result where either is NaN.
  private static func bound(
    _ instruction: VectorInstruction, _ constant: Float, _ emitter: inout TileEmitter
  ) {
    let (form, limit) = (emitter.form, emitter.spare(0))
    let register = TileEmitter.free[0]
    emitter.assembler.move(register, Int(constant.bitPattern))
    emitter.assembler.push(register)
    emitter.vector(.vbroadcastss, limit, .memory(emitter.at(.rsp, 0)))
    emitter.assembler.pop(register)
    for position in 0..<form.positions {
      for block in 0..<form.blocks {
        let sum = emitter.sum(position, block)
        emitter.vector(instruction, sum, limit, .register(sum))
      }
    }
  }
}
