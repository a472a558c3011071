import Tensors

/// Convolutions whose tiles end with what follows them, where that fits into their registers; where
/// not, it is a stage of its own over floats.
protocol TileConvolution: KernelImplementation {
  var isa: VectorISA { get }

  /// Inputs of an ending that tiles have registers for at most.
  var mostEndingInputs: Int { get }

  /// The weights packed, scaled by a number an output channel, and sums that begin with `bias`;
  /// `table` has the constants of the ending.
  func prepareTiles(
    _ call: KernelCall, _ ending: TileEnding, _ table: Tensor?, weight: Tensor, scale: [Double],
    bias: [Double]
  ) throws(AllocationError) -> any PreparedKernel
}

extension TileConvolution {
  var mostEndingInputs: Int { .max }

  /// What is left of the epilogue once weights and bias have taken in its beginning, and how tiles
  /// end with that; nil where it has to follow them.
  func ending(_ call: KernelCall) -> (rest: Epilogue, ending: TileEnding?) {
    let rest = call.epilogue.leadingAffine.rest
    let inputs = call.inputs.dropFirst().map { Precision($0) }
    guard let ending = TileEnding(rest, of: call.call.output, isa, inputs: inputs),
      ending.program?.inputs.count ?? 0 <= mostEndingInputs
    else { return (rest, nil) }
    return (rest, ending)
  }

  /// The call with its source and its result in some layouts, and all maps in floats where the ending
  /// does not fit.
  func arranged(
    _ call: KernelCall, source: Layout, output: Layout
  ) -> (call: KernelCall, rest: Epilogue, ending: TileEnding?) {
    let others = call.inputs.dropFirst().map { $0.blocks(isa) }
    let arranged = KernelCall(
      call.call, epilogue: call.epilogue, inputs: [source] + others, output: output)
    let (rest, ending) = self.ending(arranged)
    guard ending == nil else { return (arranged, rest, ending) }
    let wide = KernelCall(
      call.call, epilogue: call.epilogue, inputs: [source] + others.map { _ in isa.layout },
      output: isa.layout)
    let own = self.ending(wide)
    return (wide, own.rest, own.ending)
  }

  /// The inputs of a call whose memory the result may be.
  func overwritable(_ call: KernelCall, _ ending: TileEnding) -> Set<Int> {
    Set(ending.overwritable.map { $0 + 1 }.filter { call.inputs[$0] == call.output })
  }

  package func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    try prepareAlone(call, parameters: parameters)
  }

  /// A call that nothing leads.
  func prepareAlone(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    let extra = call.epilogueParameters(parameters)
    let (scale, bias) = call.folded(parameters)
    let (rest, ending) = self.ending(call)
    let table = try ending?.program?.constants(extra, channels: call.call.output.c)
    let prepared = try prepareTiles(
      call, ending ?? .none, table, weight: parameters[0], scale: scale, bias: bias)
    if ending != nil { return prepared }
    return try Trailing.prepare(prepared, call.with(rest), isa: isa, parameters: extra)
  }
}
