import Tensors

/// Attention on blocked maps: rows of scores for some positions at a time, and their product with
/// the values.
package struct AttentionKernel: MapKernel {
  let isa: VectorISA

  package init(_ isa: VectorISA) { self.isa = isa }

  package var name: String { "rows of scores \(isa.rawValue)" }

  func demand(_ call: KernelCall) -> Acceptance {
    guard case .attention(let spec) = call.call.spec else { return .refused("it is no attention") }
    let prepared = PreparedAttention(call.call, spec, isa, hasCode: false)
    guard let floats = prepared.workspaceFloats,
      let bytes = product([floats, MemoryLayout<Float>.stride])
    else { return .refused("its maps are too large") }
    return .accepted(
      KernelDemand(
        inputs: [Layout](repeating: isa.layout, count: 3), output: isa.layout,
        workspaceBytes: bytes))
  }

  func prepareBare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    guard case .attention(let spec) = call.call.spec else {
      preconditionFailure("only what was accepted is prepared")
    }
    return PreparedAttention(call.call, spec, isa, hasCode: true)
  }
}

/// First the keys are turned into rows of positions; then every part computes its share of the
/// chunks of query positions, each with scores in memory of its own.
struct PreparedAttention: PreparedKernel {
  /// Floats of scores that a part holds at a time, where four tiles of rows do not need more.
  private static let scoreFloats = 1 << 16
  private static let mostParts = 16

  private let spec: AttentionSpec
  private let isa: VectorISA
  private let query: Shape
  private let key: Shape
  private let value: Shape
  /// Query positions of every chunk but the last of an image.
  private let chunkRows: Int
  private let scoring: MatrixProduct
  private let weighing: MatrixProduct

  init(_ call: Call, _ spec: AttentionSpec, _ isa: VectorISA, hasCode: Bool) {
    self.spec = spec
    self.isa = isa
    (query, key, value) = (call.inputs[0], call.inputs[1], call.inputs[2])
    let (positions, sources) = (query.h * query.w, key.h * key.w)
    let tile = MatrixTile.largest(isa)
    chunkRows = min(positions, max(4, Self.scoreFloats / sources / tile) * tile)
    let rows: Set<Int> =
      hasCode ? [chunkRows, positions - (positions - 1) / chunkRows * chunkRows] : []
    scoring = MatrixProduct(isa, terms: query.c, rows: spec.combine == .product ? rows : [])
    weighing = MatrixProduct(isa, terms: sources, rows: rows)
  }

  private var lanes: Int { isa.lanes }
  private var positions: Int { query.h * query.w }
  private var sources: Int { key.h * key.w }
  private var sourceBlocks: Int { ceilDivide(sources, lanes) }
  private var chunks: Int { ceilDivide(positions, chunkRows) }
  private var parts: Int { min(Self.mostParts, query.n * chunks) }
  private var channelBlocks: Int { ceilDivide(key.c, lanes) }
  /// Floats of the turned keys of an image: `[block of positions][channel][lane]`.
  private var keyFloats: Int? { product([sourceBlocks, lanes, channelBlocks, lanes]) }

  /// The turned keys, then the scores of every part; nil where the count overflows.
  var workspaceFloats: Int? {
    guard let keyFloats, let keys = product([query.n, keyFloats]),
      let scores = product([parts, chunkRows, sourceBlocks, lanes])
    else { return nil }
    let (sum, overflow) = keys.addingReportingOverflow(scores)
    return overflow ? nil : sum
  }

  var stages: [Int] { [query.n * sourceBlocks, parts] }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    guard let keys = unsafe memory.workspace, let keyFloats else {
      preconditionFailure("the plan gives the workspace that was asked for")
    }
    guard stage > 0 else { return unsafe turn(part, memory, keys) }
    // Scores follow the keys of all images, a stretch a part.
    let scores =
      unsafe keys + query.n * keyFloats + part * chunkRows * sourceBlocks * lanes
    for index in stride(from: part, to: query.n * chunks, by: parts) {
      let (n, chunk) = index.quotientAndRemainder(dividingBy: chunks)
      let first = chunk * chunkRows
      let rows = min(chunkRows, positions - first)
      let from = unsafe memory.inputs[0].base + n * memory.inputs[0].imageStride + first * lanes
      let values = unsafe memory.inputs[2].base + n * memory.inputs[2].imageStride
      let to = unsafe memory.output.base + n * memory.output.imageStride + first * lanes
      // Rows of scores are blocks of `rows` cells, as the positions of a map are.
      switch spec.combine {
      case .product:
        unsafe scoring.run(
          a: from, aStep: positions * lanes, b: keys + n * keyFloats,
          bStep: channelBlocks * lanes * lanes, y: scores, yStep: rows * lanes,
          blocks: sourceBlocks, rows: rows)
      case .add:
        unsafe add(from, keys + n * keyFloats, scores, rows: rows)
      }
      if lanes == 16 {
        unsafe weigh(scores, rows: rows, SIMD16<Float>.self)
      } else {
        unsafe weigh(scores, rows: rows, SIMD8<Float>.self)
      }
      unsafe weighing.run(
        a: scores, aStep: rows * lanes, b: values, bStep: sources * lanes, y: to,
        yStep: positions * lanes, blocks: ceilDivide(value.c, lanes), rows: rows)
    }
  }

  /// Turns one block of positions of the keys: rows of channels.
  @unsafe private func turn(
    _ part: Int, _ memory: KernelMemory, _ keys: UnsafeMutablePointer<Float>
  ) {
    let (n, block) = part.quotientAndRemainder(dividingBy: sourceBlocks)
    let source = unsafe memory.inputs[1].base + n * memory.inputs[1].imageStride
    let rows = channelBlocks * lanes
    // The blocks of positions of all images follow each other.
    let target = unsafe keys + part * rows * lanes
    unsafe target.update(repeating: 0, count: rows * lanes)
    let first = block * lanes
    for channels in 0..<channelBlocks {
      unsafe PlaneTile.unpack(
        source + (channels * sources + first) * lanes, lanes: lanes,
        count: min(lanes, sources - first), into: target + channels * lanes * lanes, plane: lanes,
        channels: min(lanes, key.c - channels * lanes))
    }
  }

  /// q + k of maps of one channel.
  @unsafe private func add(
    _ from: UnsafePointer<Float>, _ keys: UnsafePointer<Float>,
    _ scores: UnsafeMutablePointer<Float>, rows: Int
  ) {
    for block in 0..<sourceBlocks {
      // The first row of each block of turned keys is the only channel.
      let row = unsafe keys + block * channelBlocks * lanes * lanes
      for i in 0..<rows {
        let target = unsafe scores + (block * rows + i) * lanes
        for lane in 0..<lanes { unsafe target[lane] = from[i * lanes] + row[lane] }
      }
    }
  }

  /// Turns the scores of every row into the weights of the values.
  @unsafe private func weigh<V: LaneVector>(
    _ scores: UnsafeMutablePointer<Float>, rows: Int, _: V.Type
  ) {
    let (scale, count) = (V(repeating: Float(spec.scale)), V(repeating: Float(sources)))
    let step = rows * lanes
    for row in 0..<rows {
      // A row has a vector in every block.
      let first = unsafe scores + row * lanes
      switch spec.normalize {
      case .count:
        for block in 0..<sourceBlocks {
          let place = unsafe first + block * step
          unsafe (V(at: place) * scale / count).store(to: place)
        }
      case .reluCount:
        let zero = V(repeating: 0)
        for block in 0..<sourceBlocks {
          let place = unsafe first + block * step
          let score = unsafe V(at: place) * scale
          unsafe (score.replacing(with: zero, where: zero .> score) / count).store(to: place)
        }
      case .softmax:
        unsafe softmax(first, step, scale)
      }
    }
  }

  @unsafe @inline(__always) private func softmax<V: LaneVector>(
    _ first: UnsafeMutablePointer<Float>, _ step: Int, _ scale: V
  ) {
    let last = sourceBlocks - 1
    // Lanes without a position weigh nothing.
    let end = unsafe first + last * step
    var largest = V.least
    for block in 0...last {
      let place = unsafe first + block * step
      unsafe (V(at: place) * scale).store(to: place)
      if block == last {
        for lane in sources - last * lanes..<lanes { unsafe end[lane] = -.infinity }
      }
      largest = largest.larger(unsafe V(at: place))
    }
    var most = largest[0]
    for lane in 1..<lanes where largest[lane] > most || largest[lane].isNaN { most = largest[lane] }
    let offset = V(repeating: most)
    var sum = CarriedSum<V>()
    for block in 0...last {
      let place = unsafe first + block * step
      let weight = unsafe (V(at: place) - offset).exponential()
      unsafe weight.store(to: place)
      sum.add(weight)
    }
    var total = 0.0
    for lane in 0..<lanes { total += Double(sum.total[lane]) }
    let divisor = V(repeating: Float(total))
    for block in 0...last {
      let place = unsafe first + block * step
      unsafe (V(at: place) / divisor).store(to: place)
    }
  }
}
