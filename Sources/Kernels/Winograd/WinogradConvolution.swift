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

  /// Channels over which sums of 6x6 tiles keep within a relative distance of 1e-5, which grows with
  /// their square root: 1.15e-5 at 1100.
  private static let mostSummed = 640
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
    let (input, output) = (call.call.inputs[0], call.call.output)
    guard algorithm != .six || input.c <= Self.mostSummed else {
      return .refused("sums over more than \(Self.mostSummed) channels err by too much")
    }
    guard max(output.h, output.w) <= Self.mostCells else {
      return .refused("a side of more than \(Self.mostCells) cells")
    }
    if !isForced, let reason = WinogradCost.refusal(call, self) {
      return .refused(reason)
    }
    func layout(_ offered: Layout) -> Layout { offered.isBF16 ? offered : isa.layout }
    var arranged = KernelCall(
      call.call, epilogue: call.epilogue, inputs: call.inputs.map(layout),
      output: layout(call.output))
    var (rest, ending) = self.ending(arranged)
    if ending == nil {
      // What follows the tiles is done to floats.
      arranged = KernelCall(
        call.call, epilogue: call.epilogue,
        inputs: [arranged.inputs[0]] + call.epilogue.inputs.map { _ in isa.layout },
        output: isa.layout)
      (rest, ending) = self.ending(arranged)
    }
    guard let tiling = WinogradTiling(arranged, self) else {
      preconditionFailure("every such convolution has tiles")
    }
    if let reason = tiling.refusal { return .refused(reason) }
    guard WinogradCode(tiling, ending ?? .none) != nil else {
      return .refused("the system gives no executable memory")
    }
    guard let ending else {
      let bare = KernelDemand(arranged.withoutEpilogue, workspaceBytes: tiling.workspaceBytes)
      return Trailing.accept(arranged.with(rest), bare)
    }
    let maps = ending.overwritable.map { $0 + 1 }
    return .accepted(
      KernelDemand(
        inputs: arranged.inputs, output: arranged.output, workspaceBytes: tiling.workspaceBytes,
        overwritable: Set(maps.filter { arranged.inputs[$0] == arranged.output })))
  }

  /// What is left of the epilogue once weights and bias have taken in its beginning, and how tiles
  /// end with that; nil where it has to follow them.
  private func ending(_ call: KernelCall) -> (rest: Epilogue, ending: TileEnding?) {
    let rest = call.epilogue.leadingAffine.rest
    let inputs = call.inputs.dropFirst().map { Precision($0) }
    guard let ending = TileEnding(rest, of: call.call.output, isa, inputs: inputs),
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
