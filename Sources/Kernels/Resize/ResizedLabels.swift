import Tensors

/// Labels of a resized map: scores of some cells of a row at a time, never stored.
struct ResizedLabels: PreparedKernel {
  private let resize: PreparedResize
  private let source: Shape
  private let result: Shape
  private let lanes: Int
  private let from: Layout
  private let labels: LabelChoice
  private let parts: MapParts

  init(_ call: KernelCall, _ spec: ResizeSpec, _ isa: VectorISA) {
    resize = PreparedResize(call, spec, lanes: isa.lanes)
    source = call.call.inputs[0]
    result = call.call.output
    lanes = isa.lanes
    from = call.inputs[0]
    labels = LabelChoice(isa)
    parts = MapParts(
      images: result.n, blocks: 1, rows: result.h, rowFloats: result.w * result.c)
  }

  var stages: [Int] { [parts.count] }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    if from.isBF16 {
      unsafe run(part, memory, BF16Cells.self)
    } else if lanes == 16 {
      unsafe run(part, memory, FloatCells<SIMD16<Float>>.self)
    } else {
      unsafe run(part, memory, FloatCells<SIMD8<Float>>.self)
    }
  }

  @unsafe private func run<Source: CellFormat>(
    _ part: Int, _ memory: KernelMemory, _: Source.Type
  ) {
    let (n, _, band) = parts[part]
    let image = unsafe memory.inputs[0].base + n * memory.inputs[0].imageStride
    let output = unsafe memory.output.base + n * memory.output.imageStride
    // The largest scores of a chunk, its rows of at most 16 channels, and its cells.
    var scratch = InlineArray<8448, Float>(repeating: 0)
    var span = scratch.mutableSpan
    unsafe span.withUnsafeMutableBufferPointer { memory in
      guard let largest = memory.baseAddress else { return }
      let rows = unsafe largest + LabelChoice.cells
      let cells = unsafe rows + LabelChoice.cells * 16
      for y in band {
        for first in stride(from: 0, to: result.w, by: GridRuns.chunk) {
          let count = min(GridRuns.chunk, result.w - first)
          let chunk = unsafe labels.chunk(
            count: count, largest: largest, labels: output + y * result.w + first)
          for channel in stride(from: 0, to: result.c, by: lanes) {
            let channels = channel..<min(channel + lanes, result.c)
            // The chunk of one block, then its rows of positions, a channel each.
            unsafe resize.cells(
              y, chunk: first / GridRuns.chunk,
              image + channel / lanes * source.h * source.w * Source.floats, cells, Source.self)
            unsafe PlaneTile.unpack(
              cells, lanes: lanes, count: count, into: rows, plane: LabelChoice.cells,
              channels: channels.count)
            unsafe chunk.add(rows, plane: LabelChoice.cells, channels: channels)
          }
        }
      }
    }
  }
}
