import Tensors

/// Convolutions and dense layers by tiles that hold their sums in registers.
///
/// Any window, stride, rate, padding and groups, transposed by phases. Sums are in the order block
/// of channels, row, column, channel, from the bias on, whatever the tiles are.
///
/// With bfloat16 numbers a dense product is of two channels at once, weights being rounded; depthwise
/// ones are of floats, whatever the map has.
package struct DirectConvolution: KernelImplementation {
  let isa: VectorISA
  let precision: Precision

  /// The processor can compute in the precision.
  package init(_ isa: VectorISA, precision: Precision = .fp32) {
    self.isa = isa
    self.precision = precision
  }

  package var name: String {
    "direct \(isa.rawValue)" + (precision == .fp32 ? "" : " \(precision.rawValue)")
  }

  package var knowsBF16: Bool { precision == .bf16 }

  package func accept(_ call: KernelCall) -> Acceptance {
    var arranged = KernelCall(
      call.call, epilogue: call.epilogue,
      inputs: [sourceLayout(call)]
        + call.inputs.dropFirst().map { $0.isBF16 ? $0 : isa.layout },
      output: resultLayout(call))
    var (rest, ending) = self.ending(arranged)
    if ending == nil {
      // What follows the tiles is done to floats.
      arranged = KernelCall(
        call.call, epilogue: call.epilogue,
        inputs: [arranged.inputs[0]] + call.epilogue.inputs.map { _ in isa.layout },
        output: isa.layout)
      (rest, ending) = self.ending(arranged)
    }
    guard let pieces = ConvolutionPiece.all(arranged, isa) else {
      return .refused("a stride with more than \(ConvolutionPiece.mostPhases) phases")
    }
    var chunks = 1
    var packed: [Int?] = [ending?.program?.tableFloats(channels: call.call.output.c) ?? 0]
    for piece in pieces {
      if let reason = piece.geometry.refusal { return .refused(reason) }
      let tiling = self.tiling(piece, ending ?? .none)
      guard DirectRunner.code(tiling, ending ?? .none) != nil else {
        return .refused("the system gives no executable memory")
      }
      chunks = max(chunks, tiling.chunks)
      let floats = DirectParameters.floats(tiling)
      packed += [floats.weights, floats.bias, floats.masks]
    }
    guard let ending else {
      let bare = arranged.withoutEpilogue
      return Trailing.accept(
        arranged.with(rest), KernelDemand(bare, packedBytes: floatBytes(packed)), isa)
    }
    // A map that the ending reads may be written over cell by cell, where nothing was written
    // before.
    let sumFloats = PreparedConvolution.sumFloats(arranged, chunks: chunks)
    let maps = chunks == 1 || sumFloats != nil ? ending.overwritable.map { $0 + 1 } : []
    guard let workspace = product([call.call.output.n, sumFloats ?? 0, MemoryLayout<Float>.stride])
    else { return .refused("its sums take more bytes than there are") }
    return .accepted(
      KernelDemand(
        inputs: arranged.inputs, output: arranged.output, workspaceBytes: workspace,
        packedBytes: floatBytes(packed),
        overwritable: Set(maps.filter { arranged.inputs[$0] == arranged.output })))
  }

  /// The first layer of a network reads its few channels plane by plane; all else is blocked. Pairs of
  /// channels are of one group.
  private func sourceLayout(_ call: KernelCall) -> Layout {
    let (input, groups) = (call.call.inputs[0], call.call.groups)
    if call.inputs[0] == .planar && input.c <= isa.lanes / 2 && groups == 1 { return .planar }
    if call.call.isDepthwise { return call.inputs[0].isBF16 ? call.inputs[0] : isa.layout }
    return groups == 1 || input.c / groups % 2 == 0 ? precision.layout(isa) : isa.layout
  }

  /// Groups that share a block of bfloat16 numbers own them by twos.
  private func resultLayout(_ call: KernelCall) -> Layout {
    let (output, groups) = (call.call.output, call.call.groups)
    let isOwned = groups == 1 || call.call.isDepthwise || output.c / groups % 2 == 0
    return call.output.isBF16 && isOwned ? call.output : isa.layout
  }

  /// What is left of the epilogue once weights and bias have taken in its beginning, and how tiles
  /// end with that; nil where it has to follow them.
  private func ending(_ call: KernelCall) -> (rest: Epilogue, ending: TileEnding?) {
    let rest = call.epilogue.leadingAffine.rest
    let inputs = call.inputs.dropFirst().map { Precision($0) }
    return (rest, TileEnding(rest, of: call.call.output, isa, inputs: inputs))
  }

  private func tiling(_ piece: ConvolutionPiece, _ ending: TileEnding) -> DirectTiling {
    var geometry = piece.geometry
    geometry.spareRegisters = max(geometry.spareRegisters, ending.temporaries)
    return DirectTiling(geometry)
  }

  package func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    let extra = call.epilogueParameters(parameters)
    let (scale, bias) = call.folded(parameters)
    let (rest, ending) = self.ending(call)
    var runners: [DirectRunner] = []
    for piece in ConvolutionPiece.all(call, isa) ?? [] {
      let tiling = self.tiling(piece, ending ?? .none)
      let packed = try DirectParameters(
        tiling, weight: parameters[0], piece.weight, scale: scale, bias: bias)
      runners.append(runner(tiling, ending ?? .none, packed))
    }
    let table = try ending?.program?.constants(extra, channels: call.call.output.c)
    let prepared = PreparedConvolution(call, ending ?? .none, table, runners)
    if ending != nil { return prepared }
    return try Trailing.prepare(prepared, call.with(rest), isa: isa, parameters: extra)
  }

  package func adapt(
    _ previous: any PreparedKernel, to call: KernelCall
  ) -> (any PreparedKernel)? {
    guard let previous = previous as? PreparedConvolution, let ending = self.ending(call).ending
    else { return nil }
    let pieces = ConvolutionPiece.all(call, isa) ?? []
    guard previous.runners.count == pieces.count else { return nil }
    var runners: [DirectRunner] = []
    for (piece, runner) in zip(pieces, previous.runners) {
      let tiling = self.tiling(piece, ending)
      guard tiling.packing == runner.tiling.packing, piece.weight == runner.parameters.steps
      else { return nil }
      runners.append(self.runner(tiling, ending, runner.parameters))
    }
    return PreparedConvolution(call, ending, previous.table, runners)
  }

  private func runner(
    _ tiling: DirectTiling, _ ending: TileEnding, _ parameters: DirectParameters
  ) -> DirectRunner {
    guard let runner = DirectRunner(tiling, ending, parameters) else {
      preconditionFailure("the code of what was accepted has been made")
    }
    return runner
  }
}
