import Tensors

/// Convolutions and dense layers by tiles that hold their sums in registers.
///
/// Any window, stride, rate, padding and groups, transposed by phases. Sums are in the order block
/// of channels, row, column, channel, from the bias on, whatever the tiles are.
///
/// With bfloat16 numbers a dense product is of two channels at once, weights being rounded; depthwise
/// ones are of floats, whatever the map has.
package struct DirectConvolution: TileConvolution {
  let isa: VectorISA
  let precision: Precision
  var pairs = PairLimits()

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
    if let leading = call.leading { return accept(call, after: leading) }
    let (arranged, rest, ending) = arranged(call)
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
    let maps = chunks == 1 || sumFloats != nil ? overwritable(arranged, ending) : []
    guard let workspace = product([call.call.output.n, sumFloats ?? 0, MemoryLayout<Float>.stride])
    else { return .refused("its sums take more bytes than there are") }
    return .accepted(
      KernelDemand(
        inputs: arranged.inputs, output: arranged.output, workspaceBytes: workspace,
        packedBytes: floatBytes(packed), overwritable: maps))
  }

  /// The call in the layouts that it is executed in.
  func arranged(_ call: KernelCall) -> (call: KernelCall, rest: Epilogue, ending: TileEnding?) {
    arranged(call, source: sourceLayout(call), output: resultLayout(call))
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

  private func tiling(_ piece: ConvolutionPiece, _ ending: TileEnding) -> DirectTiling {
    var geometry = piece.geometry
    geometry.spareRegisters = max(geometry.spareRegisters, ending.temporaries)
    return DirectTiling(geometry)
  }

  func prepareTiles(
    _ call: KernelCall, _ ending: TileEnding, _ table: Tensor?, weight: Tensor, scale: [Double],
    bias: [Double]
  ) throws(AllocationError) -> any PreparedKernel {
    var runners: [DirectRunner] = []
    for piece in ConvolutionPiece.all(call, isa) ?? [] {
      let tiling = self.tiling(piece, ending)
      let packed = try DirectParameters(
        tiling, weight: weight, piece.weight, scale: scale, bias: bias)
      runners.append(runner(tiling, ending, packed))
    }
    return PreparedConvolution(call, ending, table, runners)
  }

  package func adapt(
    _ previous: any PreparedKernel, to call: KernelCall
  ) -> (any PreparedKernel)? {
    if let leading = call.leading {
      return (previous as? PreparedPair).flatMap { adapt($0, to: call, after: leading) }
    }
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

  func runner(
    _ tiling: DirectTiling, _ ending: TileEnding, _ parameters: DirectParameters
  ) -> DirectRunner {
    guard let runner = DirectRunner(tiling, ending, parameters) else {
      preconditionFailure("the code of what was accepted has been made")
    }
    return runner
  }
}
