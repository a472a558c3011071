import Tensors

/// Labels: at every position the first channel with the largest number, or the first NaN.
package struct ArgmaxKernel: MapKernel {
  let isa: VectorISA

  package init(_ isa: VectorISA) { self.isa = isa }

  package var name: String { "labels" }

  func demand(_ call: KernelCall) -> Acceptance {
    guard case .reduction(.argmax) = call.call.spec else {
      return .refused("it is another reduction")
    }
    // Blocks of any lanes, or planes, as they come.
    return .accepted(KernelDemand(inputs: call.inputs, output: .planar))
  }

  func prepareBare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    PreparedArgmax(source: call.call.inputs[0], layout: call.inputs[0], isa)
  }
}

/// Each part labels some chunks of the positions of an image.
private struct PreparedArgmax: PreparedKernel {
  private static let chunk = PlaneTile.cells

  let source: Shape
  let layout: Layout
  private let choice: LabelChoice
  private let parts: MapParts

  init(source: Shape, layout: Layout, _ isa: VectorISA) {
    choice = LabelChoice(isa)
    self.source = source
    self.layout = layout
    parts = MapParts(
      images: source.n, blocks: 1, rows: ceilDivide(source.h * source.w, Self.chunk),
      rowFloats: Self.chunk * source.c)
  }

  var stages: [Int] { [parts.count] }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    let (n, _, band) = parts[part]
    let cells = source.h * source.w
    let image = unsafe memory.inputs[0].base + n * memory.inputs[0].imageStride
    let labels = unsafe memory.output.base + n * memory.output.imageStride
    // The largest numbers of a chunk, and the chunk of a block turned into rows.
    var largest = InlineArray<256, Float>(repeating: 0)
    var rows = InlineArray<4096, Float>(repeating: 0)
    var largestSpan = largest.mutableSpan
    var rowsSpan = rows.mutableSpan
    unsafe largestSpan.withUnsafeMutableBufferPointer { largest in
      unsafe rowsSpan.withUnsafeMutableBufferPointer { rows in
        guard let largest = largest.baseAddress, let rows = rows.baseAddress else { return }
        for index in band {
          let first = index * Self.chunk
          let chunk = unsafe choice.chunk(
            count: min(Self.chunk, cells - first), largest: largest, labels: labels + first)
          guard case .blocked(let lanes) = layout else {
            unsafe chunk.add(image + first, plane: cells, channels: 0..<source.c)
            continue
          }
          for channel in stride(from: 0, to: source.c, by: lanes) {
            let channels = channel..<min(channel + lanes, source.c)
            // At most 16 rows of a chunk.
            unsafe PlaneTile.unpack(
              image + channel * cells + first * lanes, lanes: lanes, count: chunk.count,
              into: rows, plane: Self.chunk, channels: channels.count)
            unsafe chunk.add(rows, plane: Self.chunk, channels: channels)
          }
        }
      }
    }
  }
}

/// How labels are chosen, a chunk of positions after the other.
struct LabelChoice: Sendable {
  /// Positions of a chunk at most.
  static let cells = PlaneTile.cells

  private let tile: LabelTile
  /// Nil where nothing is generated, or the system gives no executable memory.
  private let code: KernelCode?

  private static let cache = CodeCache<LabelTile>()

  init(_ isa: VectorISA) {
    tile = LabelTile(isa: isa)
    code = isa.isGenerated ? Self.cache.code(for: tile) { $0.code() } : nil
  }

  /// A chunk to which channels are to be added; `largest` and `labels` have `count` floats.
  @unsafe func chunk(
    count: Int, largest: UnsafeMutablePointer<Float>, labels: UnsafeMutablePointer<Float>
  ) -> ArgmaxChunk {
    unsafe ArgmaxChunk(count: count, largest: largest, labels: labels, code: code, tile: tile)
  }
}

/// The labels of a run of positions while channels are added in their order.
@unsafe struct ArgmaxChunk {
  let count: Int
  /// Memory of `count` floats each.
  let largest: UnsafeMutablePointer<Float>
  let labels: UnsafeMutablePointer<Float>
  let code: KernelCode?
  let tile: LabelTile

  /// Looks at channels whose rows of `count` floats begin `plane` apart.
  func add(_ source: UnsafePointer<Float>, plane: Int, channels: Range<Int>) {
    if channels.lowerBound == 0 {
      // Any first number is chosen, or stands for its channel as it is.
      unsafe largest.update(repeating: -.infinity, count: count)
      unsafe labels.update(repeating: 0, count: count)
    }
    var done = 0
    if let code = unsafe code {
      while unsafe done + tile.positions <= count {
        var arguments = LabelArguments(
          source: UInt(bitPattern: unsafe source + done), step: plane * MemoryLayout<Float>.stride,
          count: channels.count, largest: UInt(bitPattern: unsafe largest + done),
          labels: UInt(bitPattern: unsafe labels + done), first: Float(channels.lowerBound))
        unsafe code.run(&arguments)
        unsafe done += tile.positions
      }
    }
    for channel in channels {
      let row = unsafe source + (channel - channels.lowerBound) * plane + done
      let number = RowVector(repeating: Float(channel))
      unsafe RowVector.each(count - done) { x, n in
        let value = unsafe RowVector(at: row + x, count: n)
        let best = unsafe RowVector(at: largest + done + x, count: n)
        // What is larger or no number, unless the best is no number.
        func chosen(_ old: RowVector, _ new: RowVector) -> RowVector {
          old.replacing(with: new, where: value .> best)
            .replacing(with: new, where: value .!= value)
            .replacing(with: old, where: best .!= best)
        }
        unsafe chosen(best, value).store(to: largest + done + x, count: n)
        let label = unsafe chosen(RowVector(at: labels + done + x, count: n), number)
        unsafe label.store(to: labels + done + x, count: n)
      }
    }
  }
}
