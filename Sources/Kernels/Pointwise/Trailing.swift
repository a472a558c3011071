import Tensors

/// An epilogue applied to the result of a kernel in a stage of its own, in place, for kernels that
/// do not apply it before they store.
///
/// A kernel calls `accept` with its demand for the call without the epilogue, and `prepare` with
/// what it prepared for that.
package enum Trailing {
  /// The demand with the inputs of the epilogue, none of whose memory the output may be.
  package static func accept(
    _ call: KernelCall, _ demand: KernelDemand, _ isa: VectorISA
  ) -> Acceptance {
    guard !call.epilogue.isEmpty else { return .accepted(demand) }
    let form = PointwiseForm(call.epilogue, of: call.call.output, demand.output)
    guard let table = PointwisePass.tableFloats(form, isa) else {
      return .refused("its epilogue has too many rows and constants")
    }
    var demand = demand
    let (packed, overflow) = demand.packedBytes.addingReportingOverflow(floatBytes([table]))
    demand.packedBytes = overflow ? .max : packed
    demand.inputs = Array(demand.inputs.prefix(call.call.inputs.count)) + form.layouts
    return .accepted(demand)
  }

  /// `parameters` are the epilogue's; the call has the layouts of the demand.
  package static func prepare(
    _ kernel: any PreparedKernel, _ call: KernelCall, isa: VectorISA, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    guard !call.epilogue.isEmpty else { return kernel }
    let form = PointwiseForm(call.epilogue, of: call.call.output, call.output)
    let pass = try PointwisePass(form, isa: isa, parameters)
    return PreparedTrailing(kernel: kernel, inputCount: call.call.inputs.count, pass: pass)
  }
}

/// A kernel, and an epilogue after its last stage.
struct PreparedTrailing: PreparedKernel {
  let kernel: any PreparedKernel
  /// Of the call.
  let inputCount: Int
  let pass: PointwisePass

  let stages: [Int]

  init(kernel: any PreparedKernel, inputCount: Int, pass: PointwisePass) {
    self.kernel = kernel
    self.inputCount = inputCount
    self.pass = pass
    stages = kernel.stages + [pass.partCount]
  }

  var packedBytes: Int { kernel.packedBytes + pass.packedBytes }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    // The inputs of the epilogue follow those of the call.
    guard stage == kernel.stages.count else {
      var memory = unsafe memory
      unsafe memory.second = nil
      return unsafe kernel.run(stage: stage, part: part, memory)
    }
    unsafe pass.run(
      part: part, inputs: memory.inputs + inputCount, output: memory.output,
      second: memory.second)
  }
}

extension KernelCall {
  /// The call and its labels, in the same layouts.
  package var withoutEpilogue: KernelCall {
    KernelCall(
      call, reduction: reduction, inputs: Array(inputs.prefix(call.inputs.count)), output: output)
  }
}
