import Tensors

/// Convolutions of three rows and columns and stride 1, at any rate and padding, by tiles that take
/// fewer products than there are taps.
///
/// Every result mixes all cells of its tile, so that it differs from the direct sum in its last
/// bits, and what is not a number in a cell reaches the whole tile.
package struct WinogradConvolution: KernelImplementation {
  let isa: VectorISA
  let algorithm: WinogradAlgorithm
  /// Whether the points of weights are packed, rather than made in every run.
  let keepsPoints: Bool
  /// Whether it accepts what others do faster.
  var isForced = false

  package var name: String {
    "\(keepsPoints ? "packed " : "")winograd \(algorithm.results)x\(algorithm.results) "
      + isa.rawValue
  }

  init(_ isa: VectorISA, _ algorithm: WinogradAlgorithm, keepsPoints: Bool) {
    self.isa = isa
    self.algorithm = algorithm
    self.keepsPoints = keepsPoints
  }

  /// Those for every size of tiles.
  package static func all(_ isa: VectorISA) -> [any KernelImplementation] {
    WinogradAlgorithm.allCases.reversed().flatMap { algorithm in
      algorithm.keepings.map { WinogradConvolution(isa, algorithm, keepsPoints: $0) }
    }
  }

  private func tiling(_ call: Call) -> WinogradTiling? {
    WinogradTiling(call, isa, algorithm, keepsPoints: keepsPoints)
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
    if !isForced, let reason = WinogradCost.refusal(call.call, self) {
      return .refused(reason)
    }
    guard let tiling = tiling(call.call) else {
      preconditionFailure("every such convolution has tiles")
    }
    if let reason = tiling.refusal { return .refused(reason) }
    let (rest, ending) = self.ending(call)
    guard WinogradCode(tiling, ending ?? .none) != nil else {
      return .refused("the system gives no executable memory")
    }
    let arranged = KernelCall(
      call.call, epilogue: rest,
      inputs: [isa.layout] + rest.inputs.map { _ in isa.layout }, output: isa.layout)
    guard let ending else {
      let bare = KernelDemand(arranged.withoutEpilogue, workspaceBytes: tiling.workspaceBytes)
      return Trailing.accept(arranged, bare)
    }
    return .accepted(
      KernelDemand(
        arranged, workspaceBytes: tiling.workspaceBytes,
        overwritable: Set(ending.overwritable.map { $0 + 1 })))
  }

  /// What is left of the epilogue once weights and bias have taken in its beginning, and how tiles
  /// end with that; nil where it has to follow them.
  private func ending(_ call: KernelCall) -> (rest: Epilogue, ending: TileEnding?) {
    let rest = call.epilogue.leadingAffine.rest
    guard let ending = TileEnding(rest, of: call.call.output, isa),
      ending.program?.inputs.count ?? 0 <= OutputTransform.mostInputs
    else { return (rest, rest.isEmpty ? TileEnding.none : nil) }
    return (rest, ending)
  }

  package func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    let extra = call.epilogueParameters(parameters)
    let (scale, bias) = call.folded(parameters)
    let (rest, ending) = self.ending(call)
    let (tiling, code) = made(call, ending ?? .none)
    let prepared = PreparedWinograd(
      tiling, code,
      try WinogradWeights(tiling, weight: parameters[0], scale: scale, bias: bias),
      ending ?? .none, try ending?.program?.constants(extra, channels: call.call.output.c))
    if ending != nil { return prepared }
    return try Trailing.prepare(prepared, call.with(rest), isa: isa, parameters: extra)
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
    guard let tiling = tiling(call.call),
      let code = WinogradCode(tiling, ending)
    else {
      preconditionFailure("the code of what was accepted has been made")
    }
    return (tiling, code)
  }
}
