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
    let ending = FoldedEpilogue(call.epilogue, of: call.call.output).ending
    guard TileEndingEmitter.canEmit(ending) else { return .refused("an epilogue of another kind") }
    guard let pieces = ConvolutionPiece.all(arranged, isa) else {
      return .refused("a stride with more than \(ConvolutionPiece.mostPhases) phases")
    }
    var chunks = 1
    for piece in pieces {
      if let reason = piece.geometry.refusal { return .refused(reason) }
      let tiling = DirectTiling(piece.geometry)
      guard DirectRunner.code(tiling, ending) != nil else {
        return .refused("the system gives no executable memory")
      }
      chunks = max(chunks, tiling.chunks)
    }
    // A map that the ending reads may be written over cell by cell, where nothing was written
    // before.
    let maps = ending.mapInputs.indices.filter { ending.mapInputs[$0] && chunks == 1 }
    return .accepted(
      KernelDemand(
        inputs: arranged.inputs, output: arranged.output,
        overwritable: Set(maps.map { $0 + 1 })))
  }

  /// The first layer of a network reads its few channels plane by plane; all else is blocked.
  private func sourceLayout(_ call: KernelCall) -> Layout {
    let channels = call.call.inputs[0].c
    var isDepthwise = false
    if case .convolution(let spec) = call.call.spec { isDepthwise = spec.groups > 1 }
    let staysPlanar = call.inputs[0] == .planar && channels <= isa.lanes / 2 && !isDepthwise
    return staysPlanar ? .planar : isa.layout
  }

  package func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    let own = call.call.parameters.count
    let extra = Array(parameters[own...])
    let folded = FoldedEpilogue(call.epilogue, of: call.call.output)
    let affine = folded.affine(
      bias: own > 1 ? parameters[1] : nil, channels: call.call.output.c, parameters: extra)
    var runners: [DirectRunner] = []
    for piece in ConvolutionPiece.all(call, isa) ?? [] {
      let tiling = DirectTiling(piece.geometry)
      let packed = try DirectParameters(
        tiling, weight: parameters[0], piece.weight, affine: affine,
        ending: folded.ending.parameterCount > 0 ? extra : [])
      runners.append(runner(tiling, folded.ending, packed))
    }
    return PreparedConvolution(call, folded.ending, runners)
  }

  package func adapt(
    _ previous: any PreparedKernel, to call: KernelCall
  ) -> (any PreparedKernel)? {
    guard let previous = previous as? PreparedConvolution else { return nil }
    let ending = FoldedEpilogue(call.epilogue, of: call.call.output).ending
    let pieces = ConvolutionPiece.all(call, isa) ?? []
    guard previous.runners.count == pieces.count else { return nil }
    var runners: [DirectRunner] = []
    for (piece, runner) in zip(pieces, previous.runners) {
      let tiling = DirectTiling(piece.geometry)
      guard tiling.packing == runner.tiling.packing else { return nil }
      runners.append(self.runner(tiling, ending, runner.parameters))
    }
    return PreparedConvolution(call, ending, runners)
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

/// The pieces of a call, each part of which computes cells that no other part does.
struct PreparedConvolution: PreparedKernel {
  let runners: [DirectRunner]
  private let inputCount: Int
  private let partsPerImage: Int
  let stages: [Int]

  init(_ call: KernelCall, _ ending: TileEnding, _ runners: [DirectRunner]) {
    self.runners = runners
    inputCount = ending.mapInputs.count
    partsPerImage = runners.reduce(0) { $0 + $1.tiling.parts }
    stages = [call.call.output.n * partsPerImage]
  }

  var packedBytes: Int { runners.reduce(0) { $0 + $1.parameters.byteCount } }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    var (image, part) = part.quotientAndRemainder(dividingBy: partsPerImage)
    var index = 0
    while part >= runners[index].tiling.parts {
      part -= runners[index].tiling.parts
      index += 1
    }
    // Every place holds all images of its map; addresses stay inside but for what no tap reads.
    unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: max(1, inputCount)) { inputs in
      for input in 0..<inputCount {
        unsafe inputs.initializeElement(
          at: input, to: memory.inputs[1 + input].address(of: image))
      }
      guard let first = inputs.baseAddress else { return }
      let maps = unsafe DirectRunner.Maps(
        source: memory.inputs[0].address(of: image),
        destination: memory.output.address(of: image),
        second: memory.second?.address(of: image) ?? 0, inputs: first)
      unsafe runners[index].run(part: part, maps)
    }
  }
}

extension MapPlace {
  /// Where an image begins.
  fileprivate func address(of image: Int) -> Int {
    Int(bitPattern: unsafe base) + image * (unsafe imageStride) * MemoryLayout<Float>.stride
  }
}
