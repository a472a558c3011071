import Tensors

/// Bilinear and nearest resizing of blocked maps, to blocks or planes.
package struct BlockedResize: MapKernel {
  let isa: VectorISA

  package init(_ isa: VectorISA) { self.isa = isa }

  package var name: String { "rows \(isa.rawValue)" }
  package var givesLabels: Bool { true }

  func demand(_ call: KernelCall) -> Acceptance {
    guard case .resize = call.call.spec else { return .refused("it resizes nothing") }
    var inputs = call.inputs
    // A second input gives its extents and is not read.
    inputs[0] = isa.layout
    let output = call.output == .planar || call.labels != nil ? .planar : isa.layout
    return .accepted(KernelDemand(inputs: inputs, output: output))
  }

  func prepareBare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    guard case .resize(let spec) = call.call.spec else {
      preconditionFailure("only what was accepted is prepared")
    }
    if call.labels != nil { return ResizedLabels(call, spec, isa) }
    return PreparedResize(call, spec, lanes: isa.lanes)
  }
}

/// Rows of the result, each from two rows of the source.
struct PreparedResize: PreparedKernel {
  private let lanes: Int
  private let source: Shape
  private let result: Shape
  private let isPlanar: Bool
  private let isNearest: Bool
  private let rows: [GridSample]
  private let columns: GridRuns
  private let parts: MapParts

  init(_ call: KernelCall, _ spec: ResizeSpec, lanes: Int) {
    self.lanes = lanes
    source = call.call.inputs[0]
    result = call.call.output
    isPlanar = call.output == .planar
    isNearest = spec.mode == .nearest
    rows = spec.samples(.height, input: source.h, output: result.h)
    columns = GridRuns(spec.samples(.width, input: source.w, output: result.w))
    parts = MapParts(
      images: result.n, blocks: ceilDivide(result.c, lanes), rows: result.h,
      rowFloats: result.w * lanes)
  }

  var stages: [Int] { [parts.count] }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    if lanes == 16 {
      unsafe run(part, memory, SIMD16<Float>.self)
    } else {
      unsafe run(part, memory, SIMD8<Float>.self)
    }
  }

  @unsafe private func run<V: LaneVector>(_ part: Int, _ memory: KernelMemory, _: V.Type) {
    let (n, block, band) = parts[part]
    // A block of one image in the input; in the output a block, or as many planes.
    let plane =
      unsafe memory.inputs[0].base + n * memory.inputs[0].imageStride
      + block * source.h * source.w * lanes
    let target =
      unsafe memory.output.base + n * memory.output.imageStride
      + block * result.h * result.w * lanes
    let channels = min(lanes, result.c - block * lanes)
    // A chunk of cells of at most 16 lanes on their way to planes.
    var cells = InlineArray<4096, Float>(repeating: 0)
    var span = cells.mutableSpan
    unsafe columns.weights.withUnsafeBufferPointer { weights in
      unsafe span.withUnsafeMutableBufferPointer { cells in
        guard let weights = weights.baseAddress, let cells = cells.baseAddress else {
          return
        }
        for y in band {
          let row = unsafe sourceRow(y, plane, V.self)
          guard isPlanar else {
            unsafe chunks(0..<columns.runs.count, row, weights, target + y * result.w * lanes)
            continue
          }
          for chunk in 0..<columns.chunkStarts.count - 1 {
            let first = chunk * GridRuns.chunk
            let count = min(GridRuns.chunk, result.w - first)
            let runs = columns.chunkStarts[chunk]..<columns.chunkStarts[chunk + 1]
            // The chunk's cells begin at the place of `cells` for cell `first`.
            unsafe chunks(runs, row, weights, cells - first * lanes)
            unsafe PlaneTile.unpack(
              cells, lanes: lanes, count: count, into: target + y * result.w + first,
              plane: result.h * result.w, channels: channels)
          }
        }
      }
    }
  }

  /// A chunk of one row of a block, cell by cell; `plane` is the block in the source.
  @unsafe @inline(__always) func cells<V: LaneVector>(
    _ y: Int, chunk: Int, _ plane: UnsafePointer<Float>, _ cells: UnsafeMutablePointer<Float>,
    _: V.Type
  ) {
    unsafe columns.weights.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      // The chunk's cells begin at the place of `cells` for its first one.
      unsafe chunks(
        columns.chunkStarts[chunk]..<columns.chunkStarts[chunk + 1],
        sourceRow(y, plane, V.self), weights, cells - chunk * GridRuns.chunk * lanes)
    }
  }

  @unsafe @inline(__always) private func sourceRow<V: LaneVector>(
    _ y: Int, _ plane: UnsafePointer<Float>, _: V.Type
  ) -> RowSource<V> {
    unsafe RowSource<V>(
      low: plane + rows[y].low * source.w * lanes, high: plane + rows[y].high * source.w * lanes,
      weight: rows[y].weight, isNearest: isNearest || rows[y].low == rows[y].high)
  }

  /// The cells of some runs, which are written from `target` on as if it were the whole row.
  @unsafe @inline(__always) private func chunks<V: LaneVector>(
    _ range: Range<Int>, _ row: RowSource<V>, _ weights: UnsafePointer<SIMD2<Float>>,
    _ target: UnsafeMutablePointer<Float>
  ) {
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
@unsafe private struct RowSource<V: LaneVector> {
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
    let first = unsafe V(at: low + x * V.scalarCount)
    if unsafe isOne { return first }
    return unsafe first * above + V(at: high + x * V.scalarCount) * below
  }
}
