import Tensors

/// A depthwise convolution and the pointwise one that follows it, cut into bands of rows: what a band
/// of the first gives lies in the scratch of a thread and is read there, still in the cache.
struct ConvolutionPair {
  let first: BandedConvolution
  let second: BandedConvolution
  /// Rows of both results.
  let bands: [Range<Int>]
  /// Bytes of the largest band of the first result.
  let scratchBytes: Int

  /// Throws the reason where the two are better done one after the other.
  init(_ call: KernelCall, after leading: LeadingCall, _ kernel: DirectConvolution) throws(Refusal)
  {
    let middle = leading.call.output
    guard leading.call.isDepthwise, !leading.call.isTransposed else {
      throw Refusal("only depthwise convolutions are made by bands")
    }
    guard call.call.isPointwise else {
      throw Refusal("it reads more than one cell at a position")
    }
    var lead = KernelCall(
      leading.call, epilogue: leading.epilogue, inputs: [call.inputs[0]],
      output: kernel.precision.layout(kernel.isa))
    let head = kernel.arranged(lead)
    lead = head.call
    let rest = Array(call.inputs.dropFirst())
    let tail = kernel.arranged(
      KernelCall(
        call.call, epilogue: call.epilogue, inputs: [lead.output] + rest, output: call.output))
    guard let ending = head.ending, let lastEnding = tail.ending else {
      throw Refusal("what follows does not fit into registers")
    }
    guard tail.call.inputs[0] == lead.output, let row = Shape(1, middle.c, 1, middle.w),
      let rowFloats = lead.output.imageFloats(row),
      let mapBytes = product([rowFloats, middle.h, MemoryLayout<Float>.stride])
    else { throw Refusal("the two lie otherwise") }
    let rowBytes = mapBytes / middle.h
    let limits = kernel.pairs
    guard mapBytes >= limits.fewestBytes else {
      throw Refusal("the map between them stays in the cache")
    }
    let weights = product([middle.c, call.call.output.c, Precision(lead.output).byteCount])
    guard weights ?? .max <= limits.mostWeights else {
      throw Refusal("its weights would be read again for every band")
    }
    let rows = max(1, limits.bandBytes / rowBytes)
    guard rows * middle.w >= min(limits.fewestPositions, middle.h * middle.w) else {
      throw Refusal("bands that stay in the cache are too short")
    }
    bands = (0..<middle.h).parts(ceilDivide(middle.h, rows))
    let most = bands.map(\.count).max() ?? 1
    scratchBytes = most * rowBytes
    first = BandedConvolution(lead, ending, kernel, bands, resultRows: most)
    second = BandedConvolution(tail.call, lastEnding, kernel, bands, sourceRows: most)
    for convolution in [first, second] {
      if let reason = convolution.tiling.geometry.refusal { throw Refusal(reason) }
      guard DirectRunner.code(convolution.tiling, convolution.ending) != nil else {
        throw Refusal("the system gives no executable memory")
      }
    }
    guard !tail.call.output.isBF16 || second.tiling.chunks == 1
    else {
      throw Refusal("its sums take several runs of channels")
    }
  }

  struct Refusal: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }
}

/// Where two convolutions gain by bands.
struct PairLimits: Sendable {
  /// Of the map between the two, at least: less stays in the second cache.
  var fewestBytes = 2 << 20
  /// Of a band, which shares that cache with weights.
  var bandBytes = 384 << 10
  var mostWeights = 192 << 10
  /// Positions of a band at least, for as many products of each weight.
  var fewestPositions = 96
}

/// A direct convolution of one piece whose parts are all channels of bands of rows.
struct BandedConvolution {
  let call: KernelCall
  let ending: TileEnding
  let piece: ConvolutionPiece
  let tiling: DirectTiling

  /// The source, or the result, may hold one band alone, of at most so many rows.
  init(
    _ call: KernelCall, _ ending: TileEnding, _ kernel: DirectConvolution, _ bands: [Range<Int>],
    sourceRows: Int? = nil, resultRows: Int? = nil
  ) {
    guard var piece = ConvolutionPiece.all(call, kernel.isa)?.first else {
      preconditionFailure("what is not transposed has a piece")
    }
    if let sourceRows { piece.geometry.source = piece.geometry.source.with(rows: sourceRows) }
    if let resultRows {
      piece.geometry.destination = piece.geometry.destination.with(rows: resultRows)
    }
    piece.geometry.spareRegisters = max(piece.geometry.spareRegisters, ending.temporaries)
    self.call = call
    self.ending = ending
    self.piece = piece
    tiling = DirectTiling(piece.geometry, bands: bands)
  }

  /// Floats of its tensors, as packed.
  var packedFloats: [Int?] {
    let floats = DirectParameters.floats(tiling)
    let table = ending.program?.tableFloats(channels: call.call.output.c) ?? 0
    return [floats.weights, floats.bias, floats.masks, table]
  }
}

extension Call {
  fileprivate var isTransposed: Bool {
    if case .convolution(let spec) = self.spec { spec.transposed } else { false }
  }

  /// Whether it is a convolution of all channels of one cell.
  fileprivate var isPointwise: Bool {
    guard case .convolution(let spec) = spec else { return false }
    return spec.kernel == .one && spec.stride == .one && spec.groups == 1 && !spec.transposed
      && inputs[0].h == output.h && inputs[0].w == output.w
  }
}
