import Tensors

/// Convolutions and dense layers by tiles that hold their sums in registers.
///
/// Any window, stride, rate, padding and groups, transposed by phases. Sums are in the order block
/// of channels, row, column, channel, from the bias on, whatever the tiles are.
package struct DirectConvolution: KernelImplementation {
  let isa: VectorISA

  package init(_ isa: VectorISA) { self.isa = isa }

  package var name: String { "direct \(isa.rawValue)" }

  package func accept(_ call: KernelCall) -> Acceptance {
    let arranged = KernelCall(
      call.call, epilogue: call.epilogue,
      inputs: [sourceLayout(call)] + call.epilogue.inputs.map { _ in isa.layout },
      output: isa.layout)
    guard let pieces = ConvolutionPiece.all(arranged, isa) else {
      return .refused("a stride with more than \(ConvolutionPiece.mostPhases) phases")
    }
    let (rest, ending) = self.ending(call)
    var chunks = 1
    for piece in pieces {
      if let reason = piece.geometry.refusal { return .refused(reason) }
      let tiling = self.tiling(piece, ending ?? .none)
      guard DirectRunner.code(tiling, ending ?? .none) != nil else {
        return .refused("the system gives no executable memory")
      }
      chunks = max(chunks, tiling.chunks)
    }
    guard let ending else {
      let bare = arranged.withoutEpilogue
      return Trailing.accept(arranged.with(rest), KernelDemand(bare))
    }
    // A map that the ending reads may be written over cell by cell, where nothing was written
    // before.
    let maps = chunks == 1 ? ending.overwritable : []
    return .accepted(
      KernelDemand(
        inputs: arranged.inputs, output: arranged.output,
        overwritable: Set(maps.map { $0 + 1 })))
  }

  /// The first layer of a network reads its few channels plane by plane; all else is blocked.
  private func sourceLayout(_ call: KernelCall) -> Layout {
    let channels = call.call.inputs[0].c
    var isGrouped = false
    if case .convolution(let spec) = call.call.spec { isGrouped = spec.groups > 1 }
    let staysPlanar = call.inputs[0] == .planar && channels <= isa.lanes / 2 && !isGrouped
    return staysPlanar ? .planar : isa.layout
  }

  /// What is left of the epilogue once weights and bias have taken in its beginning, and how tiles
  /// end with that; nil where it has to follow them.
  private func ending(_ call: KernelCall) -> (rest: Epilogue, ending: TileEnding?) {
    let rest = call.epilogue.leadingAffine.rest
    return (rest, TileEnding(rest, of: call.call.output, isa))
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
      guard tiling.packing == runner.tiling.packing else { return nil }
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
