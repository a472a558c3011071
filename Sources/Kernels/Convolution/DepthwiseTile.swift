import X86

/// A tile of one block of channels, each of which has a window of its own.
///
/// The source and the destination are blocked. Weights are `[row][column][lane]`.
struct DepthwiseTile: Hashable, Sendable {
  let form: TileForm
  let kernelWidth: Int
  let runs: [TapRun]
  /// Columns of the source from one position to the next, and from one tap to the next.
  let stride: Int
  let rate: Int
  /// Bytes of the source from one row of the window to the next.
  let rowStep: Int
  var source = Precision.fp32

  private var cellBytes: Int { form.isa.lanes * source.byteCount }

  /// The widest window whose row of weights stays in registers.
  private static func widest(_ isa: VectorISA) -> Int { isa.registerCount / 2 - 1 }

  /// The most positions that leave registers for weights and a cell of the source, and to the
  /// ending as many as it needs.
  static func mostPositions(_ isa: VectorISA, kernelWidth: Int, spare: Int) -> Int {
    let weights = kernelWidth <= widest(isa) ? kernelWidth : 1
    return isa.registerCount - max(weights + 1, spare)
  }

  func code(isListed: Bool = false) -> Assembler {
    var emitter = TileEmitter(form, isListed: isListed)
    emitter.emit { accumulate(&$0) }
    return emitter.assembler
  }

  private func accumulate(_ emitter: inout TileEmitter) {
    let (source, weights, rowsLeft) = (
      TileEmitter.free[0], TileEmitter.free[1], TileEmitter.free[2]
    )
    emitter.assembler.move(source, TileEmitter.tileSource)
    emitter.load(weights, \.weights)
    emitter.load(rowsLeft, \.rowCount)
    let top = emitter.assembler.here()
    if kernelWidth <= Self.widest(form.isa) {
      byColumns(source, weights, &emitter)
    } else {
      byTaps(source, weights, &emitter)
    }
    emitter.advance(source, rowStep)
    emitter.advance(weights, kernelWidth * form.vectorBytes)
    emitter.assembler.countDown(rowsLeft, to: top)
  }

  /// Weights stay in registers, and so does a cell of the source that several taps read.
  private func byColumns(
    _ source: GeneralRegister, _ weights: GeneralRegister, _ emitter: inout TileEmitter
  ) {
    for tap in runs.flatMap(\.taps) { load(tap, weights, emitter.spare(tap), &emitter) }
    let kept = emitter.spare(kernelWidth)
    for (column, uses) in reads {
      let cell = Address.at(source, column * cellBytes - emitter.lead)
      let operand = operand(cell, kept, isReused: uses.count > 1, &emitter)
      for (position, tap) in uses {
        emitter.vector(.vfmadd231ps, emitter.sum(position, 0), emitter.spare(tap), operand)
      }
    }
  }

  private func byTaps(
    _ source: GeneralRegister, _ weights: GeneralRegister, _ emitter: inout TileEmitter
  ) {
    let (weight, kept) = (emitter.spare(0), emitter.spare(1))
    for run in runs {
      for tap in run.taps {
        load(tap, weights, weight, &emitter)
        for position in run.positions {
          let column = position * stride + tap * rate
          let cell = Address.at(source, column * cellBytes - emitter.lead)
          let operand = operand(cell, kept, isReused: false, &emitter)
          emitter.vector(.vfmadd231ps, emitter.sum(position, 0), weight, operand)
        }
      }
    }
  }

  /// A cell of the source: in a register where that is worth it, or where it has to be widened.
  private func operand(
    _ cell: Address, _ kept: VectorRegister, isReused: Bool, _ emitter: inout TileEmitter
  ) -> VectorOperand {
    guard isReused || source == .bf16 else { return .memory(cell) }
    if source == .bf16 {
      emitter.assembler.widen(kept, cell, width: emitter.width)
    } else {
      emitter.vector(.vmovups, kept, .memory(cell))
    }
    return .register(kept)
  }

  private func load(
    _ tap: Int, _ weights: GeneralRegister, _ register: VectorRegister,
    _ emitter: inout TileEmitter
  ) {
    emitter.vector(.vmovups, register, .memory(.at(weights, tap * form.vectorBytes)))
  }

  /// Columns of the source in order, and which tap of which position reads each: so every sum
  /// takes its taps in order.
  private var reads: [(column: Int, uses: [(position: Int, tap: Int)])] {
    var uses: [Int: [(position: Int, tap: Int)]] = [:]
    for run in runs {
      for tap in run.taps {
        for position in run.positions {
          uses[position * stride + tap * rate, default: []].append((position, tap))
        }
      }
    }
    return uses.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
