import Tensors

/// Pooling of bins of a blocked map: the whole map, adaptive bins, pyramids, bins of windows.
package struct BinPooling: MapKernel {
  let isa: VectorISA

  package init(_ isa: VectorISA) { self.isa = isa }

  package var name: String { "bins \(isa.rawValue)" }
  package var knowsBF16: Bool { true }

  func demand(_ call: KernelCall) -> Acceptance {
    guard case .pooling(let spec) = call.call.spec else { return .refused("it pools nothing") }
    let source = call.inputs[0].blocks(isa)
    switch spec.region {
    case .window: return .refused("it has windows that slide")
    case .global, .adaptive:
      let output = call.output == .planar ? .planar : call.output.blocks(isa)
      return .accepted(KernelDemand(inputs: [source], output: output))
    case .spp: return .accepted(KernelDemand(inputs: [source], output: .planar))
    case .roi: return .accepted(KernelDemand(inputs: [source, .planar], output: .planar))
    }
  }

  func prepareBare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    guard case .pooling(let spec) = call.call.spec else {
      preconditionFailure("only what was accepted is prepared")
    }
    return PreparedBinPooling(call, spec, lanes: isa.lanes)
  }
}

/// Each part pools some rows of bins of one block of channels.
struct PreparedBinPooling: PreparedKernel {
  /// A grid of bins that covers a map, or a window of it.
  private struct Level {
    let rowCount: Int
    let columnCount: Int
    /// Empty where they depend on a window.
    let rows: [BinCells]
    let columns: [BinCells]
    /// Numbers of an image's result before it.
    let start: Int
  }

  /// Windows of the second input in pixels.
  private struct WindowGrid {
    let height: Rational
    let width: Rational
    let offset: Double
  }

  private let kind: PoolingSpec.Kind
  private let lanes: Int
  private let source: Shape
  private let from: Layout
  private let to: Layout
  private let levels: [Level]
  private let grid: WindowGrid?
  /// The level and row of every row of bins.
  private let binRows: [(level: Int, row: Int)]
  private let parts: MapParts

  init(_ call: KernelCall, _ spec: PoolingSpec, lanes: Int) {
    kind = spec.kind
    self.lanes = lanes
    source = call.call.inputs[0]
    from = call.inputs[0]
    to = call.output
    levels = Self.levels(spec.region, source)
    if case .roi(_, let height, let width, let offset) = spec.region {
      grid = WindowGrid(height: height, width: width, offset: offset)
    } else {
      grid = nil
    }
    binRows = levels.enumerated().flatMap { level, bins in
      (0..<bins.rowCount).map { (level, $0) }
    }
    parts = MapParts(
      images: call.call.output.n, blocks: ceilDivide(source.c, lanes), rows: binRows.count,
      rowFloats: ceilDivide(source.h * source.w * lanes * levels.count, binRows.count))
  }

  var stages: [Int] { [parts.count] }

  private static func levels(_ region: PoolingSpec.Region, _ source: Shape) -> [Level] {
    func level(_ height: Int, _ width: Int) -> Level {
      Level(
        rowCount: height, columnCount: width,
        rows: BinRule.adaptive.cells(bins: height, size: source.h),
        columns: BinRule.adaptive.cells(bins: width, size: source.w), start: 0)
    }
    var start = 0
    func square(_ bins: Int, rows: [BinCells], columns: [BinCells]) -> Level {
      defer { start += source.c * bins * bins }
      return Level(rowCount: bins, columnCount: bins, rows: rows, columns: columns, start: start)
    }
    switch region {
    case .window: preconditionFailure("only bins are pooled")
    case .global: return [level(1, 1)]
    case .adaptive(let size): return [level(size.height, size.width)]
    case .spp(let bins, let rule):
      return bins.map {
        square(
          $0, rows: rule.cells(bins: $0, size: source.h),
          columns: rule.cells(bins: $0, size: source.w))
      }
    case .roi(let bins, _, _, _): return bins.map { square($0, rows: [], columns: []) }
    }
  }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    typealias Wide = FloatCells<SIMD16<Float>>
    switch (from.isBF16, to.isBF16) {
    case (false, false) where lanes == 8:
      unsafe run(part, memory, FloatCells<SIMD8<Float>>.self, FloatCells<SIMD8<Float>>.self)
    case (false, false): unsafe run(part, memory, Wide.self, Wide.self)
    case (false, true): unsafe run(part, memory, Wide.self, BF16Cells.self)
    case (true, false): unsafe run(part, memory, BF16Cells.self, Wide.self)
    case (true, true): unsafe run(part, memory, BF16Cells.self, BF16Cells.self)
    }
  }

  @unsafe private func run<Source: CellFormat, Target: CellFormat>(
    _ part: Int, _ memory: KernelMemory, _: Source.Type, _: Target.Type
  ) where Source.Lanes == Target.Lanes {
    let (n, block, band) = parts[part]
    let map = unsafe memory.inputs[0]
    // Windows are of the first image; the block is inside the map, which is as large as the call says.
    let image = unsafe grid == nil ? n * map.imageStride : 0
    let plane = unsafe map.base + image + block * source.h * source.w * Source.floats
    let result = unsafe memory.output.base + n * memory.output.imageStride
    var (height, width) = (0..<source.h, 0..<source.w)
    if let grid {
      // Four coordinates a window.
      let sides = unsafe memory.inputs[1].base + n * memory.inputs[1].imageStride
      func side(_ index: Int) -> Double { Double(unsafe sides[index]) - grid.offset }
      width = grid.width.cells(from: side(0), to: side(2), of: source.w)
      height = grid.height.cells(from: side(1), to: side(3), of: source.h)
    }
    for index in band {
      let (number, row) = binRows[index]
      let level = levels[number]
      let rows =
        grid == nil
        ? level.rows[row] : BinRule.adaptiveCells(row, of: level.rowCount, in: height)
      for column in 0..<level.columnCount {
        let columns =
          grid == nil
          ? level.columns[column]
          : BinRule.adaptiveCells(column, of: level.columnCount, in: width)
        let value = unsafe bin(Source.self, rows, columns, plane)
        unsafe store(
          value, Target.self, block, level, cell: row * level.columnCount + column, result)
      }
    }
  }

  /// One bin of a block; its cells are inside the map.
  @unsafe @inline(__always) private func bin<Source: CellFormat>(
    _: Source.Type, _ rows: BinCells, _ columns: BinCells, _ plane: UnsafePointer<Float>
  ) -> Source.Lanes {
    // Rows that follow each other without a gap are one.
    let isWhole = columns.cells.count == source.w
    let lines = isWhole ? 1 : rows.cells.count
    let length = isWhole ? rows.cells.count * source.w : columns.cells.count
    let cell = rows.cells.lowerBound * source.w + columns.cells.lowerBound
    let first = unsafe plane + cell * Source.floats
    var gathered = GatheredBin<Source>(kind)
    for line in 0..<lines {
      unsafe gathered.add(first + line * source.w * Source.floats, count: length)
    }
    guard case .average(let countIncludePad) = kind else { return gathered.value(count: 1) }
    return gathered.value(
      count: countIncludePad
        ? rows.paddedCount * columns.paddedCount : rows.cells.count * columns.cells.count)
  }

  /// Writes the lanes of one bin that have channels.
  @unsafe @inline(__always) private func store<Target: CellFormat>(
    _ value: Target.Lanes, _: Target.Type, _ block: Int, _ level: Level, cell: Int,
    _ result: UnsafeMutablePointer<Float>
  ) {
    let bins = level.rowCount * level.columnCount
    guard to == .planar else {
      unsafe Target.store(value, to: result + (block * bins + cell) * Target.floats)
      return
    }
    // Channel, row and column of the bins of a level.
    let first = unsafe result + level.start + block * lanes * bins + cell
    for lane in 0..<min(lanes, source.c - block * lanes) { unsafe first[lane * bins] = value[lane] }
  }
}
