import Tensors

/// Bilinear and nearest resizing of blocked maps, to blocks or planes.
package struct BlockedResize: MapKernel {
  let isa: VectorISA

  package init(_ isa: VectorISA) { self.isa = isa }

  package var name: String { "rows \(isa.rawValue)" }
  package var endsWithReductions: Bool { true }
  package var knowsBF16: Bool { true }

  func demand(_ call: KernelCall) -> Acceptance {
    guard case .resize = call.call.spec else { return .refused("it resizes nothing") }
    var inputs = call.inputs
    // A second input gives its extents and is not read.
    inputs[0] = inputs[0].blocks(isa)
    let isPlanar = call.output == .planar || call.reduction != nil
    let output = isPlanar ? .planar : call.output.blocks(isa)
    return .accepted(KernelDemand(inputs: inputs, output: output))
  }

  func prepareBare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    guard case .resize(let spec) = call.call.spec else {
      preconditionFailure("only what was accepted is prepared")
    }
    switch call.reduction?.spec {
    case .reduction(.argmax): return ResizedLabels(call, spec, isa)
    case .reduction(.softmax): return ResizedShares(call, spec, isa)
    default: break
    }
    return PreparedResize(call, spec, lanes: isa.lanes)
  }
}

/// Rows of the result, each from two rows of the source.
struct PreparedResize: PreparedKernel {
  private let lanes: Int
  private let source: Shape
  private let result: Shape
  private let from: Layout
  private let to: Layout
  private let isNearest: Bool
  private let rows: [GridSample]
  private let columns: GridRuns
  private let parts: MapParts

  init(_ call: KernelCall, _ spec: ResizeSpec, lanes: Int) {
    self.lanes = lanes
    source = call.call.inputs[0]
    result = call.call.output
    from = call.inputs[0]
    to = call.output
    isNearest = spec.mode == .nearest
    rows = spec.samples(.height, input: source.h, output: result.h)
    columns = GridRuns(spec.samples(.width, input: source.w, output: result.w))
    parts = MapParts(
      images: result.n, blocks: ceilDivide(result.c, lanes), rows: result.h,
      rowFloats: result.w * lanes)
  }

  var stages: [Int] { [parts.count] }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    let (n, block, rows) = parts[part]
    unsafe run(image: n, block: block, rows: rows, memory)
  }

  /// Some rows of one block of channels.
  @unsafe func run(image n: Int, block: Int, rows: Range<Int>, _ memory: KernelMemory) {
    if from.isBF16 {
      unsafe run(n, block, rows, memory, BF16Cells.self)
    } else if lanes == 16 {
      unsafe run(n, block, rows, memory, FloatCells<SIMD16<Float>>.self)
    } else {
      unsafe run(n, block, rows, memory, FloatCells<SIMD8<Float>>.self)
    }
  }

  @unsafe private func run<Source: CellFormat>(
    _ n: Int, _ block: Int, _ band: Range<Int>, _ memory: KernelMemory, _: Source.Type
  ) {
    // A block of one image in the input; in the output a block, or as many planes.
    let plane =
      unsafe memory.inputs[0].base + n * memory.inputs[0].imageStride
      + block * source.h * source.w * Source.floats
    let target =
      unsafe memory.output.base + n * memory.output.imageStride
      + block * result.h * result.w * (to == .planar ? lanes : to.cellFloats)
    let channels = min(lanes, result.c - block * lanes)
    // A chunk of cells of at most 16 lanes on their way to planes or bfloat16 numbers.
    var cells = InlineArray<4096, Float>(repeating: 0)
    var span = cells.mutableSpan
    unsafe columns.weights.withUnsafeBufferPointer { weights in
      unsafe span.withUnsafeMutableBufferPointer { cells in
        guard let weights = weights.baseAddress, let cells = cells.baseAddress else {
          return
        }
        for y in band {
          let row = unsafe sourceRow(y, plane, Source.self)
          if to == .blocked(lanes) {
            unsafe chunks(0..<columns.runs.count, row, weights, target + y * result.w * lanes)
            continue
          }
          for chunk in 0..<columns.chunkStarts.count - 1 {
            let first = chunk * GridRuns.chunk
            let count = min(GridRuns.chunk, result.w - first)
            let runs = columns.chunkStarts[chunk]..<columns.chunkStarts[chunk + 1]
            // The chunk's cells begin at the place of `cells` for cell `first`.
            unsafe chunks(runs, row, weights, cells - first * lanes)
            let place = unsafe target + (y * result.w + first) * to.cellFloats
            if to.isBF16 {
              unsafe FloatCells<SIMD16<Float>>.convert(
                cells, into: place, as: BF16Cells.self, count: count)
            } else {
              unsafe PlaneTile.unpack(
                cells, lanes: lanes, count: count, into: place, plane: result.h * result.w,
                channels: channels)
            }
          }
        }
      }
    }
  }

  /// A chunk of one row of a block, cell by cell; `plane` is the block in the source.
  @unsafe @inline(__always) func cells<Source: CellFormat>(
    _ y: Int, chunk: Int, _ plane: UnsafePointer<Float>, _ cells: UnsafeMutablePointer<Float>,
    _: Source.Type
  ) {
    unsafe columns.weights.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      // The chunk's cells begin at the place of `cells` for its first one.
      unsafe chunks(
        columns.chunkStarts[chunk]..<columns.chunkStarts[chunk + 1],
        sourceRow(y, plane, Source.self), weights, cells - chunk * GridRuns.chunk * lanes)
    }
  }

  @unsafe @inline(__always) private func sourceRow<Source: CellFormat>(
    _ y: Int, _ plane: UnsafePointer<Float>, _: Source.Type
  ) -> RowSource<Source> {
    let row = source.w * Source.floats
    return unsafe RowSource<Source>(
      low: plane + rows[y].low * row, high: plane + rows[y].high * row,
      weight: rows[y].weight, isNearest: isNearest || rows[y].low == rows[y].high)
  }

  /// The cells of some runs, which are written from `target` on as if it were the whole row.
  @unsafe @inline(__always) private func chunks<Source: CellFormat>(
    _ range: Range<Int>, _ row: RowSource<Source>, _ weights: UnsafePointer<SIMD2<Float>>,
    _ target: UnsafeMutablePointer<Float>
  ) {
    typealias V = Source.Lanes
    var (known, high) = (-1, V(repeating: 0))
    for index in range {
      let run = columns.runs[index]
      let low = run.low == known ? high : unsafe row.cell(run.low)
      if isNearest || run.low == run.high {
        for x in run.cells { unsafe low.store(to: target + x * lanes) }
        continue
      }
      high = unsafe row.cell(run.high)
      known = run.high
      for x in run.cells {
        // Both weights of a cell of the row.
        let weight = unsafe weights[x]
        let value = low * V(repeating: weight.x) + high * V(repeating: weight.y)
        unsafe value.store(to: target + x * lanes)
      }
    }
  }
}

/// Cells between two rows of a block.
@unsafe private struct RowSource<Source: CellFormat> {
  typealias V = Source.Lanes

  let low: UnsafePointer<Float>
  let high: UnsafePointer<Float>
  let above: V
  let below: V
  let isOne: Bool

  init(
    low: UnsafePointer<Float>, high: UnsafePointer<Float>, weight: Double, isNearest: Bool
  ) {
    unsafe self.low = low
    unsafe self.high = high
    unsafe above = V(repeating: Float(1 - weight))
    unsafe below = V(repeating: Float(weight))
    unsafe isOne = isNearest
  }

  /// A cell of both rows.
  @inline(__always) func cell(_ x: Int) -> V {
    let first = unsafe Source.load(low + x * Source.floats)
    if unsafe isOne { return first }
    return unsafe first * above + Source.load(high + x * Source.floats) * below
  }
}
