import Tensors

/// Large convolutions of one tap by one level of the Strassen–Winograd algorithm: seven products of
/// quarters in place of eight.
///
/// Every result mixes two positions, both halves of the channels and of the weights, so that it
/// differs from the direct sum in its last bits, and what is not a number reaches them.
package struct StrassenConvolution: KernelImplementation {
  let isa: VectorISA
  /// Whether it accepts what others do faster.
  var isForced = false

  package var name: String { "strassen \(isa.rawValue)" }

  package init(_ isa: VectorISA) { self.isa = isa }

  package func accept(_ call: KernelCall) -> Acceptance {
    guard isa.isGenerated else { return .refused("its sums are generated code") }
    guard let tiling = StrassenTiling(call.call, isa) else {
      return .refused("not a 1x1 window of stride 1 over all channels")
    }
    guard tiling.inputBlocks > 1, tiling.outputBlocks.isMultiple(of: 2), tiling.positions > 1
    else { return .refused("its matrices have no halves") }
    if !isForced, let reason = StrassenCost.refusal(tiling) { return .refused(reason) }
    let (rest, ending) = self.ending(call)
    guard StrassenCode(tiling, ending ?? .none) != nil else {
      return .refused("the system gives no executable memory")
    }
    let arranged = KernelCall(
      call.call, epilogue: rest,
      inputs: [isa.layout] + rest.inputs.map { _ in isa.layout }, output: isa.layout)
    guard let ending else {
      let bare = KernelDemand(arranged.withoutEpilogue, scratchBytes: tiling.scratchBytes)
      return Trailing.accept(arranged, bare)
    }
    return .accepted(
      KernelDemand(
        arranged, scratchBytes: tiling.scratchBytes,
        overwritable: Set(ending.overwritable.map { $0 + 1 })))
  }

  /// What is left of the epilogue once weights and bias have taken in its beginning, and how tiles
  /// end with that; nil where it has to follow them.
  private func ending(_ call: KernelCall) -> (rest: Epilogue, ending: TileEnding?) {
    let rest = call.epilogue.leadingAffine.rest
    return (rest, TileEnding(rest, of: call.call.output, isa))
  }

  package func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    let extra = call.epilogueParameters(parameters)
    let (scale, bias) = call.folded(parameters)
    let (rest, ending) = self.ending(call)
    let (tiling, code) = made(call, ending ?? .none)
    let prepared = PreparedStrassen(
      tiling, code,
      try StrassenWeights(tiling, weight: parameters[0], scale: scale, bias: bias),
      ending ?? .none, try ending?.program?.constants(extra, channels: call.call.output.c))
    if ending != nil { return prepared }
    return try Trailing.prepare(prepared, call.with(rest), isa: isa, parameters: extra)
  }

  package func shareOfDirect(_ call: KernelCall) -> Double? {
    StrassenTiling(call.call, isa).map { StrassenCost.share($0) }
  }

  package func adapt(
    _ previous: any PreparedKernel, to call: KernelCall
  ) -> (any PreparedKernel)? {
    guard let previous = previous as? PreparedStrassen, let ending = self.ending(call).ending
    else { return nil }
    let (tiling, code) = made(call, ending)
    return PreparedStrassen(tiling, code, previous.weights, ending, previous.table)
  }

  private func made(
    _ call: KernelCall, _ ending: TileEnding
  ) -> (tiling: StrassenTiling, code: StrassenCode) {
    guard let tiling = StrassenTiling(call.call, isa), let code = StrassenCode(tiling, ending)
    else {
      preconditionFailure("the code of what was accepted has been made")
    }
    return (tiling, code)
  }
}
