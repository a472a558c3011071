import Tensors

/// Large convolutions of one tap by one level of the Strassen–Winograd algorithm: seven products of
/// quarters in place of eight.
///
/// Every result mixes two positions, both halves of the channels and of the weights, so that it
/// differs from the direct sum in its last bits, and what is not a number reaches them.
package struct StrassenConvolution: TileConvolution {
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
    let (arranged, rest, ending) = self.arranged(call, source: isa.layout, output: isa.layout)
    guard StrassenCode(tiling, ending ?? .none) != nil else {
      return .refused("the system gives no executable memory")
    }
    let sizes = StrassenWeights.sizes(tiling)
    let packed = floatBytes([
      product(sizes.weights), product(sizes.bias), product(sizes.zeros),
      ending?.program?.tableFloats(channels: call.call.output.c) ?? 0,
    ])
    guard let ending else {
      let bare = KernelDemand(
        arranged.withoutEpilogue, scratchBytes: tiling.scratchBytes, packedBytes: packed)
      return Trailing.accept(arranged.with(rest), bare, isa)
    }
    return .accepted(
      KernelDemand(
        arranged, scratchBytes: tiling.scratchBytes, packedBytes: packed,
        overwritable: overwritable(arranged, ending)))
  }

  func prepareTiles(
    _ call: KernelCall, _ ending: TileEnding, _ table: Tensor?, weight: Tensor, scale: [Double],
    bias: [Double]
  ) throws(AllocationError) -> any PreparedKernel {
    let (tiling, code) = made(call, ending)
    let weights = try StrassenWeights(tiling, weight: weight, scale: scale, bias: bias)
    return PreparedStrassen(tiling, code, weights, ending, table)
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
