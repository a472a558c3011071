import Tensors

/// Transposed convolution as direct convolutions, one for each phase of its stride.
package struct TransposedConvolution: KernelImplementation {
  let isa: VectorISA

  package init(_ isa: VectorISA) { self.isa = isa }

  package var name: String { "phases \(isa.rawValue)" }

  /// More phases than this would cost more to prepare than they save.
  private static let mostPhases = 4096

  package func accept(_ call: KernelCall) -> Acceptance {
    guard call.epilogue.isEmpty else { return .refused("it has an epilogue") }
    let call = call.call
    guard case .convolution(let spec) = call.spec, spec.transposed else {
      return .refused("it is not transposed")
    }
    guard spec.stride.height * spec.stride.width <= Self.mostPhases else {
      return .refused("a stride with more than \(Self.mostPhases) phases")
    }
    var bytes = 0
    for (_, _, geometry) in phases(call, spec) {
      guard let geometry else { continue }
      switch DirectConvolution(isa).accept(geometry, call) {
      case .refused(let reason): return .refused(reason)
      case .accepted(let demand): bytes = max(bytes, demand.workspaceBytes)
      }
    }
    return .accepted(KernelDemand(.planar(call), workspaceBytes: bytes, needsWholeMaps: true))
  }

  package func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    let call = call.call
    guard case .convolution(let spec) = call.spec else {
      preconditionFailure("only what was accepted is prepared")
    }
    var prepared: [PreparedDirectConvolution] = []
    var empty: [PhaseGrid] = []
    let width = call.output.w
    for (row, column, geometry) in phases(call, spec) {
      let grid = PhaseGrid(
        first: row.first * width + column.first, rowStep: spec.stride.height * width,
        columnStep: spec.stride.width)
      guard let geometry else {
        empty.append(grid)
        continue
      }
      let weight = try Self.weight(parameters[0], spec, row.taps, column.taps)
      prepared.append(
        try DirectConvolution(isa).prepare(
          geometry, of: call, weight: weight, bias: spec.hasBias ? parameters[1] : nil, grid: grid))
    }
    return PreparedTransposedConvolution(
      call: call, phases: prepared, empty: empty, bias: spec.hasBias ? parameters[1] : nil,
      step: spec.stride)
  }

  /// Every pair of phases with its convolution; nil where no tap reaches.
  private func phases(
    _ call: Call, _ spec: ConvolutionSpec
  ) -> [(row: TransposedPhase, column: TransposedPhase, geometry: DirectGeometry?)] {
    let (source, result) = (call.inputs[0], call.output)
    let rows = spec.slidingWindow.axis(.height, input: result.h, output: source.h)
    let columns = spec.slidingWindow.axis(.width, input: result.w, output: source.w)
    let all = TransposedPhase.all(columns)
    return TransposedPhase.all(rows).flatMap { row in
      all.map { column in
        guard !row.taps.isEmpty, !column.taps.isEmpty else { return (row, column, nil) }
        let geometry = DirectGeometry(
          isa: isa, groups: spec.groups, inputChannels: source.c / spec.groups,
          outputChannels: result.c / spec.groups, rows: row.axis, columns: column.axis,
          hasBias: spec.hasBias)
        return (row, column, geometry)
      }
    }
  }

  /// O, I/g, rows, columns: the taps of one phase, from I, O/g, K, K.
  private static func weight(
    _ weight: Tensor, _ spec: ConvolutionSpec, _ rows: [Int], _ columns: [Int]
  ) throws(AllocationError) -> Tensor {
    let (inside, outside) = (weight.shape.n / spec.groups, spec.outputChannels / spec.groups)
    guard let shape = Shape(spec.outputChannels, inside, rows.count, columns.count) else {
      throw AllocationError(bytes: .max)
    }
    let taps = try Tensor(zeros: shape)
    let view = TensorView(weight)
    taps.withMutableSpan { destination in
      var place = 0
      for o in 0..<spec.outputChannels {
        for c in 0..<inside {
          for i in rows {
            for j in columns {
              destination[place] = view[view.index(o / outside * inside + c, o % outside, i, j)]
              place += 1
            }
          }
        }
      }
    }
    return taps
  }
}

private struct PreparedTransposedConvolution: PreparedKernel {
  let call: Call
  let phases: [PreparedDirectConvolution]
  /// Phases that no tap reaches.
  let empty: [PhaseGrid]
  let bias: Tensor?
  let step: Size2

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    for phase in phases { unsafe phase.run(stage: stage, part: part, memory) }
    let output = unsafe MutableTensorView(call.output, memory.output)
    guard !empty.isEmpty else { return }
    let shape = output.shape
    let biases = bias.map { TensorView($0) }
    for n in 0..<shape.n {
      for c in 0..<shape.c {
        for grid in empty {
          let start = output.index(n, c, 0, 0)
          let (top, left) = grid.first.quotientAndRemainder(dividingBy: shape.w)
          for y in stride(from: top, to: shape.h, by: step.height) {
            for x in stride(from: left, to: shape.w, by: step.width) {
              output.set(start + y * shape.w + x, biases?[c] ?? 0)
            }
          }
        }
      }
    }
  }
}
