import Tensors

/// Convolutions of three rows and columns and stride 1, at any rate and padding, by tiles that take
/// fewer products than there are taps.
///
/// Every result mixes all cells of its tile, so that it differs from the direct sum in its last
/// bits, and what is not a number in a cell reaches the whole tile.
package struct WinogradConvolution: TileConvolution {
  let isa: VectorISA
  let algorithm: WinogradAlgorithm
  /// Whether the points of weights are packed, rather than made in every run.
  let keepsPoints: Bool
  /// In which maps lie, and weights until they are made into points. Products are of floats always:
  /// points rounded to bfloat16 numbers would be off by 2 (2x2) to 15 times (4x4) what weights are.
  let precision: Precision
  /// Whether it accepts what others do faster.
  var isForced = false

  package var name: String {
    "\(keepsPoints ? "packed " : "")winograd \(algorithm.results)x\(algorithm.results) "
      + isa.rawValue
  }

  package var knowsBF16: Bool { precision == .bf16 }

  init(
    _ isa: VectorISA, _ algorithm: WinogradAlgorithm, keepsPoints: Bool,
    precision: Precision = .fp32
  ) {
    self.isa = isa
    self.precision = precision
    self.algorithm = algorithm
    self.keepsPoints = keepsPoints
  }

  /// Those for every size of tiles.
  package static func all(
    _ isa: VectorISA, precision: Precision
  ) -> [any KernelImplementation] {
    WinogradAlgorithm.allCases.reversed().flatMap { algorithm in
      algorithm.keepings.map {
        WinogradConvolution(isa, algorithm, keepsPoints: $0, precision: precision)
      }
    }
  }

  /// Of a side: its tiles are listed, before anything says that the map can be had at all.
  private static let mostCells = 1 << 16

  package func accept(_ call: KernelCall) -> Acceptance {
    guard isa.isGenerated else { return .refused("its transforms are generated code") }
    guard case .convolution(let spec) = call.call.spec, spec.isWinograd else {
      return .refused("not a 3x3 window of stride 1 over all channels")
    }
    guard algorithm != .six || isa.registerCount >= 32 else {
      return .refused("its transforms need more registers than there are")
    }
    let output = call.call.output
    guard max(output.h, output.w) <= Self.mostCells else {
      return .refused("a side of more than \(Self.mostCells) cells")
    }
    if !isForced, let reason = WinogradCost.refusal(call, self) {
      return .refused(reason)
    }
    let (arranged, rest, ending) = self.arranged(
      call, source: call.inputs[0].blocks(isa), output: call.output.blocks(isa))
    guard let tiling = WinogradTiling(arranged, self) else {
      preconditionFailure("every such convolution has tiles")
    }
    if let reason = tiling.refusal { return .refused(reason) }
    guard WinogradCode(tiling, ending ?? .none) != nil else {
      return .refused("the system gives no executable memory")
    }
    let sizes = WinogradWeights.sizes(tiling)
    let packed = floatBytes([
      product(sizes.weights), product(sizes.bias), product(sizes.zeros),
      ending?.program?.tableFloats(channels: output.c) ?? 0,
    ])
    guard let ending else {
      let bare = KernelDemand(
        arranged.withoutEpilogue, workspaceBytes: tiling.workspaceBytes,
        scratchBytes: tiling.scratchBytes, packedBytes: packed)
      return Trailing.accept(arranged.with(rest), bare, isa)
    }
    return .accepted(
      KernelDemand(
        arranged, workspaceBytes: tiling.workspaceBytes, scratchBytes: tiling.scratchBytes,
        packedBytes: packed, overwritable: overwritable(arranged, ending)))
  }

  var mostEndingInputs: Int { OutputTransform.mostInputs }

  func prepareTiles(
    _ call: KernelCall, _ ending: TileEnding, _ table: Tensor?, weight: Tensor, scale: [Double],
    bias: [Double]
  ) throws(AllocationError) -> any PreparedKernel {
    let (tiling, code) = made(call, ending)
    let weights = try WinogradWeights(tiling, weight: weight, scale: scale, bias: bias)
    return PreparedWinograd(tiling, code, weights, ending, table)
  }

  package func shareOfDirect(_ call: KernelCall) -> Double? {
    guard let own = WinogradCost(call, self),
      let direct = WinogradCost.direct(call.call, isa, precision), direct.time > 0
    else { return nil }
    return own.time / direct.time
  }

  package func adapt(
    _ previous: any PreparedKernel, to call: KernelCall
  ) -> (any PreparedKernel)? {
    guard let previous = previous as? PreparedWinograd,
      previous.tiling.algorithm == algorithm,
      previous.tiling.keepsPoints == keepsPoints, let ending = self.ending(call).ending
    else { return nil }
    let (tiling, code) = made(call, ending)
    return PreparedWinograd(tiling, code, previous.weights, ending, previous.table)
  }

  private func made(
    _ call: KernelCall, _ ending: TileEnding
  ) -> (tiling: WinogradTiling, code: WinogradCode) {
    guard let tiling = WinogradTiling(call, self),
      let code = WinogradCode(tiling, ending)
    else {
      preconditionFailure("the code of what was accepted has been made")
    }
    return (tiling, code)
  }
}
