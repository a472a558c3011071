import Tensors

extension DirectConvolution {
  package var beginsWithLeading: Bool { true }

  func accept(_ call: KernelCall, after leading: LeadingCall) -> Acceptance {
    let pair: ConvolutionPair
    do throws(ConvolutionPair.Refusal) {
      pair = try ConvolutionPair(call, after: leading, self)
    } catch {
      return .refused(error.reason)
    }
    let (first, second) = (pair.first.call, pair.second.call)
    return .accepted(
      KernelDemand(
        inputs: first.inputs + second.inputs.dropFirst(), output: second.output,
        scratchBytes: pair.scratchBytes,
        packedBytes: floatBytes(pair.first.packedFloats + pair.second.packedFloats),
        overwritable: pair.second.tiling.chunks > 1
          ? [] : overwritable(second, pair.second.ending)))
  }

  package func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    guard let leading = call.leading else {
      return try prepareAlone(call, parameters: parameters)
    }
    let pair = pair(call, leading)
    let count = leading.parameterCount
    let (first, table) = try runner(pair.first, Array(parameters[..<count]))
    let (second, lastTable) = try runner(pair.second, Array(parameters[count...]))
    return PreparedPair(pair, first, second, (table, lastTable))
  }

  func adapt(
    _ previous: PreparedPair, to call: KernelCall, after leading: LeadingCall
  ) -> (any PreparedKernel)? {
    let pair = pair(call, leading)
    guard let first = runner(pair.first, previous.first),
      let second = runner(pair.second, previous.second)
    else { return nil }
    return PreparedPair(pair, first, second, previous.tables)
  }

  private func pair(_ call: KernelCall, _ leading: LeadingCall) -> ConvolutionPair {
    do throws(ConvolutionPair.Refusal) {
      return try ConvolutionPair(call, after: leading, self)
    } catch {
      preconditionFailure("what was accepted is a pair")
    }
  }

  private func runner(
    _ banded: BandedConvolution, _ parameters: [Tensor]
  ) throws(AllocationError) -> (DirectRunner, table: Tensor?) {
    let call = banded.call
    let (scale, bias) = call.folded(parameters)
    let table = try banded.ending.program?.constants(
      call.epilogueParameters(parameters), channels: call.call.output.c)
    let packed = try DirectParameters(
      banded.tiling, weight: parameters[0], banded.piece.weight, scale: scale, bias: bias)
    return (runner(banded.tiling, banded.ending, packed), table)
  }

  private func runner(_ banded: BandedConvolution, _ previous: DirectRunner) -> DirectRunner? {
    guard banded.tiling.packing == previous.tiling.packing,
      banded.piece.weight == previous.parameters.steps
    else { return nil }
    return runner(banded.tiling, banded.ending, previous.parameters)
  }
}
