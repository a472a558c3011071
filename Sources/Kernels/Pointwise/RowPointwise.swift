import Tensors

/// Pointwise arithmetic over whole planes, eight positions at a time, on any processor.
///
/// Each input has the shape of the result, or one cell for each channel.
package struct RowPointwise: KernelImplementation {
  package init() {}

  package var name: String { "rows" }

  package func accept(_ call: KernelCall) -> Acceptance {
    let result = call.call.output
    let isPlain = call.call.inputs.allSatisfy { shape in
      shape == result || (shape.h == 1 && shape.w == 1)
    }
    guard isPlain else { return .refused("a row or a column broadcasts") }
    guard call.epilogue.isEmpty else { return .refused("it has an epilogue") }
    let overwritable = call.call.inputs.indices.filter { call.call.inputs[$0] == result }
    return .accepted(
      KernelDemand(
        .planar(call.call), overwritable: Set(overwritable), needsWholeMaps: true))
  }

  package func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    let call = call.call
    guard case .pointwise(let spec) = call.spec else {
      preconditionFailure("only what was accepted is prepared")
    }
    let program = RowProgram(spec.expression)
    let views = parameters.map { TensorView($0) }
    return PreparedRows(
      call: call, program: program,
      constants: (0..<call.output.c).map { program.constants(views, channel: $0) })
  }
}

private struct PreparedRows: PreparedKernel {
  let call: Call
  let program: RowProgram
  /// One list a channel.
  let constants: [[Float]]

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    // Planar places hold their shapes, image after image.
    let inputs = call.inputs.indices.map {
      unsafe TensorView(call.inputs[$0], memory.inputs[$0])
    }
    let output = unsafe MutableTensorView(call.output, memory.output)
    let rows = program.temporaryCount + inputs.count
    // Temporary rows, then one for each input, which those of one cell fill.
    unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: rows * RowProgram.chunk) {
      guard let memory = $0.baseAddress else { return }
      for n in 0..<output.shape.n {
        for c in 0..<output.shape.c { unsafe plane(n, c, inputs, memory, output) }
      }
    }
  }

  @unsafe private func plane(
    _ n: Int, _ c: Int, _ inputs: [TensorView], _ memory: UnsafeMutablePointer<Float>,
    _ output: MutableTensorView
  ) {
    let cells = output.shape.h * output.shape.w
    let start = output.index(n, c, 0, 0)
    var sources = unsafe [UnsafePointer<Float>]()
    for index in inputs.indices {
      let input = inputs[index]
      if input.shape == output.shape {
        // A whole plane of the input.
        unsafe sources.append(input.run(from: start, step: 1, count: cells))
      } else {
        // The row after the temporaries and those of the inputs before.
        let row = unsafe memory + (program.temporaryCount + index) * RowProgram.chunk
        let value = input[input.index(n, min(c, input.shape.c - 1), 0, 0)]
        unsafe row.update(repeating: value, count: min(cells, RowProgram.chunk))
        unsafe sources.append(UnsafePointer(row))
      }
    }
    let result = unsafe output.run(from: start, count: cells)
    for first in stride(from: 0, to: cells, by: RowProgram.chunk) {
      let count = min(RowProgram.chunk, cells - first)
      let moved = unsafe zip(inputs, sources).map { input, source in
        unsafe input.shape == output.shape ? source + first : source
      }
      unsafe program.run(
        constants[c], inputs: moved, temporaries: memory, result: result + first, count: count)
    }
  }
}
