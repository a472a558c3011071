import Tensors

/// A map moved from one layout, or place, to another.
package struct Reorder: MapKernel {
  let isa: VectorISA

  package init(_ isa: VectorISA) { self.isa = isa }

  package var name: String { "reorder" }
  package var knowsBF16: Bool { true }

  func demand(_ call: KernelCall) -> Acceptance {
    guard case .movement(.identity) = call.call.spec else {
      return .refused("it changes more than the layout")
    }
    let blocks = Set([call.inputs[0], call.output].map(\.lanes)).subtracting([1])
    guard blocks.count < 2 || !(call.inputs[0].isBF16 || call.output.isBF16) else {
      return .refused("blocks of bfloat16 numbers keep their size")
    }
    return .accepted(KernelDemand(call))
  }

  func prepareBare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    PreparedReorder(shape: call.call.output, from: call.inputs[0], to: call.output)
  }
}

/// Each part moves some cells of one unit of channels: a common multiple of the lanes of both
/// layouts.
private struct PreparedReorder: PreparedKernel {
  private typealias Wide = FloatCells<SIMD16<Float>>
  private static let unit = 16
  /// Cells that are not parted.
  private static let run = 64

  let shape: Shape
  let from: Layout
  let to: Layout
  private let parts: MapParts

  init(shape: Shape, from: Layout, to: Layout) {
    self.shape = shape
    self.from = from
    self.to = to
    parts = MapParts(
      images: shape.n, blocks: ceilDivide(shape.c, Self.unit),
      rows: ceilDivide(shape.h * shape.w, Self.run), rowFloats: Self.run * Self.unit)
  }

  var stages: [Int] { [parts.count] }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    let (n, index, band) = parts[part]
    let (first, cells) = (index * Self.unit, shape.h * shape.w)
    let range = band.lowerBound * Self.run..<min(band.upperBound * Self.run, cells)
    let channels = min(Self.unit, shape.c - first)
    // Every unit begins with a block or a plane, on both sides.
    let source =
      unsafe memory.inputs[0].base + n * memory.inputs[0].imageStride
      + first / from.lanes * from.cellFloats * cells
    let target =
      unsafe memory.output.base + n * memory.output.imageStride
      + first / to.lanes * to.cellFloats * cells
    unsafe move(source, target, range, channels: channels, cells: cells)
  }

  /// A range of the cells of the blocks or planes of one unit.
  @unsafe private func move(
    _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ range: Range<Int>,
    channels: Int, cells: Int
  ) {
    let (first, count) = (range.lowerBound, range.count)
    switch (from, to) {
    case (.planar, .planar):
      for channel in 0..<channels {
        let plane = channel * cells + first
        unsafe (target + plane).update(from: source + plane, count: count)
      }
    case (.blocked(let a), .blocked(let b)) where a == b:
      for channel in stride(from: 0, to: channels, by: a) {
        let block = channel * cells + first * a
        unsafe (target + block).update(from: source + block, count: count * a)
      }
    case (.blockedBF16(let lanes), .blockedBF16):
      // A unit is one block.
      let block = first * (lanes / 2)
      unsafe (target + block).update(from: source + block, count: count * (lanes / 2))
    case (.blocked(let lanes), .blockedBF16):
      unsafe Wide.convert(
        source + first * lanes, into: target + first * (lanes / 2), as: BF16Cells.self,
        count: count)
    case (.blockedBF16(let lanes), .blocked):
      unsafe BF16Cells.convert(
        source + first * (lanes / 2), into: target + first * lanes, as: Wide.self, count: count)
    case (.planar, .blockedBF16(let lanes)):
      unsafe staged(range) { some, block in
        unsafe PlaneTile.pack(
          source + some.lowerBound, plane: cells, count: some.count, into: block, lanes: lanes,
          channels: channels)
        unsafe Wide.convert(
          block, into: target + some.lowerBound * (lanes / 2), as: BF16Cells.self,
          count: some.count)
      }
    case (.blockedBF16(let lanes), .planar):
      unsafe staged(range) { some, block in
        unsafe BF16Cells.convert(
          source + some.lowerBound * (lanes / 2), into: block, as: Wide.self, count: some.count)
        unsafe PlaneTile.unpack(
          block, lanes: lanes, count: some.count, into: target + some.lowerBound, plane: cells,
          channels: channels)
      }
    case (.planar, .blocked(let lanes)):
      for channel in stride(from: 0, to: channels, by: lanes) {
        unsafe PlaneTile.pack(
          source + channel * cells + first, plane: cells, count: count,
          into: target + channel * cells + first * lanes, lanes: lanes,
          channels: min(lanes, channels - channel))
      }
    case (.blocked(let lanes), .planar):
      for channel in stride(from: 0, to: channels, by: lanes) {
        unsafe PlaneTile.unpack(
          source + channel * cells + first * lanes, lanes: lanes, count: count,
          into: target + channel * cells + first, plane: cells,
          channels: min(lanes, channels - channel))
      }
    case (.blocked(let a), .blocked(let b)):
      for channel in 0..<channels {
        let from = unsafe source + channel / a * a * cells + channel % a
        let to = unsafe target + channel / b * b * cells + channel % b
        for cell in range { unsafe to[cell * b] = from[cell * a] }
      }
    }
  }

  /// Hands out a range of cells, some at a time, with room for them as one block of floats.
  @unsafe private func staged(
    _ range: Range<Int>, _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    // A run of cells of a unit.
    var block = InlineArray<1024, Float>(repeating: 0)
    var span = block.mutableSpan
    unsafe span.withUnsafeMutableBufferPointer { buffer in
      guard let block = buffer.baseAddress else { return }
      for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.run) {
        unsafe body(first..<min(first + Self.run, range.upperBound), block)
      }
    }
  }
}
