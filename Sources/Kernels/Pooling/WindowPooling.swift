import Tensors

/// Pooling by windows that slide over a blocked map: any kernel, stride, rate and padding.
package struct WindowPooling: MapKernel {
  let isa: VectorISA

  package init(_ isa: VectorISA) { self.isa = isa }

  package var name: String { "window \(isa.rawValue)" }
  package var knowsBF16: Bool { true }

  func demand(_ call: KernelCall) -> Acceptance {
    guard case .pooling(let spec) = call.call.spec, let window = spec.window else {
      return .refused("it has no window")
    }
    let step = [window.rate.height, call.call.inputs[0].w, isa.lanes * MemoryLayout<Float>.stride]
    guard product(step) != nil else { return .refused("its taps are too far apart") }
    // Of one kind on both sides, for the largest of some numbers needs no rounding.
    let layout = call.output.isBF16 ? call.inputs[0].blocks(isa) : isa.layout
    return .accepted(KernelDemand(inputs: [layout], output: layout))
  }

  func prepareBare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    guard case .pooling(let spec) = call.call.spec, let window = spec.window else {
      preconditionFailure("only what was accepted is prepared")
    }
    return PreparedWindowPooling(call.call, spec.kind, window, isa, call.output)
  }
}

/// A row of windows in runs of positions that see the same taps.
struct PreparedWindowPooling: PreparedKernel {
  private struct Segment {
    let positions: Range<Int>
    /// Live taps of each position.
    let taps: Range<Int>
    let tile: PoolingTile
    /// Nil where nothing is generated, or the system gives no executable memory.
    let code: KernelCode?
  }

  private let rows: WindowAxis
  private let columns: WindowAxis
  /// Of both maps.
  private let layout: Layout
  private let gathering: PoolingTile.Gathering
  private let segments: [Segment]
  private let parts: MapParts
  /// Cells by which sums are divided: a list a row of `countRows`.
  private let counts: [Float]
  /// Where the list of each row of the result begins.
  private let countStarts: [Int]

  private static let cache = CodeCache<PoolingTile>()

  init(
    _ call: Call, _ kind: PoolingSpec.Kind, _ window: Window, _ isa: VectorISA, _ layout: Layout
  ) {
    let (source, result) = (call.inputs[0], call.output)
    rows = window.axis(.height, input: source.h, output: result.h)
    columns = window.axis(.width, input: source.w, output: result.w)
    self.layout = layout
    gathering = PoolingTile.Gathering(kind)
    segments = Self.segments(columns, gathering, isa, isBF16: layout.isBF16)
    parts = MapParts(
      images: result.n, blocks: ceilDivide(result.c, isa.lanes), rows: result.h,
      rowFloats: (result.w + min(rows.stride, rows.input) * source.w) * isa.lanes)
    guard case .average(let countIncludePad) = kind else {
      (counts, countStarts) = ([], [])
      return
    }
    (counts, countStarts) = Self.counts(rows, columns, countIncludePad)
  }

  var stages: [Int] { [parts.count] }

  /// Runs of one set of taps, each in tiles as even as they can be.
  private static func segments(
    _ columns: WindowAxis, _ gathering: PoolingTile.Gathering, _ isa: VectorISA, isBF16: Bool
  ) -> [Segment] {
    var segments: [Segment] = []
    // Offsets in code have 32 bits; a lone position has none.
    let most = columns.stride > 1 << 16 ? 1 : PoolingTile.largest(isa, gathering)
    var first = 0
    while first < columns.output {
      let taps = columns.taps(at: first)
      var end = first + 1
      while end < columns.output, columns.taps(at: end) == taps { end += 1 }
      for positions in (first..<end).parts(ceilDivide(end - first, most)) {
        let tile = PoolingTile(
          isa: isa, gathering: gathering, positions: positions.count,
          stride: positions.count > 1 ? columns.stride : 1, isBF16: isBF16)
        let code = isa.isGenerated ? cache.code(for: tile) { $0.code() } : nil
        segments.append(Segment(positions: positions, taps: taps, tile: tile, code: code))
      }
      first = end
    }
    return segments
  }

  /// Cells of every window; rows that take as many share a list.
  private static func counts(
    _ rows: WindowAxis, _ columns: WindowAxis, _ countIncludePad: Bool
  ) -> ([Float], [Int]) {
    func taken(_ axis: WindowAxis, _ position: Int) -> Int {
      countIncludePad ? axis.paddedTaps(at: position).count : axis.taps(at: position).count
    }
    let across = (0..<columns.output).map { taken(columns, $0) }
    var counts: [Float] = []
    var lists: [Int: Int] = [:]
    var starts: [Int] = []
    for y in 0..<rows.output {
      let down = taken(rows, y)
      if lists[down] == nil {
        lists[down] = counts.count
        counts += across.map { Float(max(down * $0, 1)) }
      }
      starts.append(lists[down] ?? 0)
    }
    return (counts, starts)
  }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    let (n, block, band) = parts[part]
    // A block of one image in the input and in the output, which are as large as the call says.
    let source =
      unsafe memory.inputs[0].base + n * memory.inputs[0].imageStride
      + block * rows.input * columns.input * layout.cellFloats
    let target =
      unsafe memory.output.base + n * memory.output.imageStride
      + block * rows.output * columns.output * layout.cellFloats
    unsafe counts.withUnsafeBufferPointer { counts in
      for y in band {
        let list = unsafe counts.baseAddress.map {
          unsafe $0 + (countStarts.isEmpty ? 0 : countStarts[y])
        }
        unsafe row(y, source, target + y * columns.output * layout.cellFloats, list)
      }
    }
  }

  @unsafe private func row(
    _ y: Int, _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>,
    _ counts: UnsafePointer<Float>?
  ) {
    let (cell, cellBytes) = (layout.cellFloats, layout.cellFloats * MemoryLayout<Float>.stride)
    let taps = rows.taps(at: y)
    let first = taps.isEmpty ? 0 : rows.cell(at: y, tap: taps.lowerBound)
    for segment in segments {
      let isLive = !taps.isEmpty && !segment.taps.isEmpty
      let position = segment.positions.lowerBound
      // Live taps read cells of the map; where there are none nothing is read.
      let place =
        isLive
        ? first * columns.input + columns.cell(at: position, tap: segment.taps.lowerBound) : 0
      let tapStep = columns.rate * cellBytes
      var arguments = PoolingArguments(
        source: UInt(bitPattern: unsafe source + place * cell),
        destination: UInt(bitPattern: unsafe target + position * cell),
        rowCount: isLive ? taps.count : 0, tapCount: isLive ? segment.taps.count : 0,
        tapStep: tapStep,
        rowSkip: rows.rate * columns.input * cellBytes - segment.taps.count * tapStep,
        counts: unsafe counts.map { UInt(bitPattern: unsafe $0 + position) } ?? 0,
        initial: gathering.initial)
      if let code = segment.code {
        unsafe code.run(&arguments)
      } else if layout.isBF16 {
        unsafe segment.tile.run(arguments, BF16Cells.self)
      } else if layout.lanes == 16 {
        unsafe segment.tile.run(arguments, FloatCells<SIMD16<Float>>.self)
      } else {
        unsafe segment.tile.run(arguments, FloatCells<SIMD8<Float>>.self)
      }
    }
  }
}
